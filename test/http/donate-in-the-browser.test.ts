import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { getAssets } from '../../src/http/get-assets.ts';
import { getDonate } from '../../src/http/get-donate.ts';
import { getThanks } from '../../src/http/get-thanks.ts';
import { postDonate } from '../../src/http/post-donate.ts';
import { describeBrowser } from '../support/browser.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';
import { edgeApp } from './edge-app.ts';

describeBrowser('the plain form in a browser', (browser) => {
  let ground: Ground;
  let server: Server;
  let url: string;
  beforeAll(async () => {
    ground = await openGround();
    server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const services = { ...ground.services, config: { ...ground.services.config, publicUrl: url } };
    server.on('request', edgeApp(services, getDonate, postDonate, getThanks, getAssets));
  });
  afterAll(async () => {
    server?.close();
    await ground?.close();
  });

  const openPage = async (options: { javaScriptEnabled?: boolean; locale?: string } = {}) => {
    const context = await browser().newContext({ viewport: { width: 390, height: 844 }, locale: 'en-IE', ...options });
    return context.newPage();
  };
  const typeAmount = async (page: Page, amount: string) => {
    await page.locator('[name=amount_once][value=own]').check({ force: true });
    await page.locator('#own_amount').fill(amount);
    await page.locator('form.gift button').click();
  };
  const openSessions = async () => (await ground.sessions()).filter(({ status }) => status === 'open');

  test.each([true, false])(
    'leaves one page that can be paid after Back and another amount (JavaScript: %s)',
    async (javaScriptEnabled) => {
      const before = (await openSessions()).length;
      const page = await openPage({ javaScriptEnabled });
      await page.goto(`${url}/donate?currency=eur`);
      await typeAmount(page, '11');
      await page.waitForURL(/\/c\/pay\//);
      await page.goBack();
      await typeAmount(page, '12.34');
      await page.waitForURL(/\/c\/pay\//);
      const sessions = await openSessions();
      expect(sessions).toHaveLength(before + 1);
      expect(sessions.at(-1)).toMatchObject({ amount_total: 1234 });
      await page.context().close();
    },
  );

  test('shows what was chosen after leaving the payment page, and after a mistake', async () => {
    const page = await openPage({ javaScriptEnabled: false });
    await page.goto(`${url}/donate?currency=eur`);
    await typeAmount(page, '0.10');
    expect(await page.locator('#own_amount_error').textContent()).toContain('The smallest amount is €0.50.');
    expect(await page.locator('#own_amount').inputValue()).toBe('0.10');
    await typeAmount(page, '13');
    await page.waitForURL(/\/c\/pay\//);
    await page
      .getByRole('link', { name: /back|cancel/i })
      .first()
      .click();
    await page.waitForURL(/\/donate\?gift=don_/);
    expect(await page.locator('#own_amount').inputValue()).toBe('13.00');
    await page.context().close();
  });

  test.each(['en', 'ar'])('can be used by everybody, in %s, also when something is wrong', async (locale) => {
    const page = await openPage({ locale });
    await page.goto(`${url}/donate?currency=eur`);
    expect(await complaints(page)).toEqual([]);
    await typeAmount(page, 'x');
    await page.locator('#own_amount_error').waitFor();
    expect(await complaints(page)).toEqual([]);
    await page.context().close();
  });
});

/** What axe-core finds (WCAG 2.2 A and AA). */
async function complaints(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => {
    const rules = { type: 'tag' as const, values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
    return (globalThis as unknown as { axe: typeof axe }).axe.run({ runOnly: rules });
  });
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}
