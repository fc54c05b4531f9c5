import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page, Route } from 'playwright-core';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';

const root = new URL('../../', import.meta.url);
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'";

/** The pages' own samples, as src/web/pages/README.md shows them. */
const samples = [...readFileSync(new URL('src/web/pages/README.md', root), 'utf8').matchAll(/```html\n(.*?)```/gs)].map(
  ([, html]) => html ?? '',
);

describeBrowser("the service's own pages", (browser: () => Browser) => {
  let page: Page;
  let body = '';
  let status = 'pending';
  const asked: string[] = [];
  const complaints: string[] = [];
  const answer = (route: Route) => {
    const { pathname } = new URL(route.request().url());
    asked.push(pathname);
    if (pathname.startsWith('/assets/')) {
      const type = pathname.endsWith('css') ? 'text/css' : 'text/javascript';
      return route.fulfill({ contentType: type, body: readFileSync(new URL(`dist/${pathname.slice(8)}`, root)) });
    }
    if (pathname.startsWith('/v1/')) {
      return route.fulfill({ json: { id: 'x', status } });
    }
    const [head = ''] = samples[0]?.split('<body>') ?? [];
    return route.fulfill({
      contentType: 'text/html',
      headers: { 'Content-Security-Policy': policy },
      body: `${head}<body>${body}</body></html>`,
    });
  };

  beforeAll(() => {
    execFileSync(process.execPath, [fileURLToPath(new URL('scripts/build.mjs', root)), '--if-stale']);
  });
  beforeEach(async () => {
    asked.length = 0;
    complaints.length = 0;
    status = 'pending';
    page = await browser().newPage({ viewport: { width: 320, height: 800 }, baseURL: 'https://gratis.example' });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await page.route('**', answer);
  });
  afterEach(async () => {
    await page.close();
    expect(complaints).toEqual([]);
  });

  test('every sample fits 320 px without sideways scrolling', async () => {
    for (const sample of samples) {
      body = sample.includes('<body>')
        ? sample.split('<body>')[1]!
        : `<main id="main"><article class="card">${sample}</article></main>`;
      await page.goto('/donate');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    }
  });

  test('/donate shows the amounts of the chosen interval, and the own amount where it is chosen', async () => {
    const amounts = (interval: string) => `<fieldset class="choices" data-interval="${interval}"><legend>Amount</legend>
      <label class="choice"><input type="radio" name="amount_${interval}" value="1000" checked><span>€10 ${interval}</span></label>
      <label class="choice"><input type="radio" name="amount_${interval}" value="own"><span>Other ${interval}</span></label></fieldset>`;
    body = samples
      .find((sample) => sample.includes('class="gift"'))!
      .replace(/<fieldset class="choices" data-interval="month">.*\n/, amounts('month'));
    await page.goto('/donate');
    expect(await page.getByText('€25').isVisible()).toBe(true);
    expect(await page.locator('#own_amount').isVisible()).toBe(false);
    await page.getByRole('radio', { name: 'Monthly' }).check();
    expect(await page.getByText('€25').isVisible()).toBe(false);
    await page.getByRole('radio', { name: 'Other month' }).check();
    expect(await page.locator('#own_amount').isVisible()).toBe(true);
    await page.locator('#own_amount').fill('7,50');
    expect(await page.locator('output.sum').textContent()).toBe('€7.87 in all');
    await page.getByRole('radio', { name: 'Once' }).check();
    expect(await page.locator('output.sum').textContent()).toBe('€10.41 in all');
  });

  test.each([
    ['don_1', '/v1/donations/don_1'],
    ['rec_1', '/v1/subscriptions/rec_1'],
  ])('/thanks of %s asks again until its status is another one, then becomes the next page', async (id, address) => {
    await page.clock.install();
    body = `<main data-gift="${id}" data-status="pending"><p>pending</p></main>`;
    await page.goto('/thanks');
    const first = page.waitForResponse((response) => response.url().endsWith(address));
    await page.clock.runFor(2000);
    await (await first).finished();
    status = 'succeeded';
    body = '<main><p>received</p></main>';
    await page.clock.runFor(3000);
    await page.getByText('received').waitFor();
    await page.clock.runFor(60_000);
    expect(asked.filter((path) => path === address)).toHaveLength(2);
  });

  test('/thanks stops asking after two minutes', async () => {
    await page.clock.install();
    body = '<main data-gift="don_1" data-status="pending"><p>pending</p></main>';
    await page.goto('/thanks');
    for (let seconds = 0; seconds < 150; seconds += 1) {
      await page.clock.runFor(1000);
    }
    const polls = asked.filter((path) => path.startsWith('/v1/')).length;
    expect(polls).toBeGreaterThan(5);
    expect(polls).toBeLessThan(25);
    await page.clock.runFor(600_000);
    expect(asked.filter((path) => path.startsWith('/v1/'))).toHaveLength(polls);
  });
});
