import { expect, test } from 'vitest';
import { routes } from '../../src/app.ts';
import { describeBrowser } from '../support/browser.ts';
import { edgeApp, edgeServices, withServer } from './edge-app.ts';

describeBrowser('/docs', (browser) => {
  test.each(['light', 'dark'] as const)('shows every route, %s, and asks nobody else for anything', async (colorScheme) => {
    const services = edgeServices('postgres://nobody@127.0.0.1:1/none');
    await withServer(edgeApp(services, ...routes), async (port) => {
      const page = await browser().newPage({ colorScheme });
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (line) => ['error', 'warning'].includes(line.type()) && complaints.push(line.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(`http://127.0.0.1:${port}/docs`);
      await page.getByText('Begin a one-time gift').click();
      await page.getByText('Written down, with a page to pay it on.').waitFor();
      expect(await page.locator('.opblock').count()).toBe(routes.length + 1);
      const background = await page.evaluate(() => getComputedStyle(document.body.parentElement!).backgroundColor);
      expect(background === 'rgba(0, 0, 0, 0)').toBe(colorScheme === 'light');
      expect(asked.filter((url) => !url.startsWith(`http://127.0.0.1:${port}/`) && !url.startsWith('data:'))).toEqual([]);
      expect(complaints).toEqual([]);
      await page.close();
    });
    await services.close();
  });
});
