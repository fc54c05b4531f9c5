import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import { focused, openArticle } from './widget-page.ts';
import { configOf, type StandIn, startStandIn } from './widget-stand-in.ts';

describeBrowser('the sign-up for the e-mail', (browser: () => Browser) => {
  let standIn: StandIn;
  let page: Page;
  const signups = () => standIn.asked.filter(({ path }) => path === '/v1/newsletter-signups');
  const signUp = () => page.getByRole('button', { name: 'Sign up' }).click();

  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterAll(() => standIn?.close());
  beforeEach(async () => {
    standIn.asked.length = 0;
    standIn.next.clear();
    standIn.config = configOf('en');
    ({ page } = await openArticle(browser(), standIn));
    await page.getByRole('button', { name: 'Yes' }).click();
  });
  afterEach(() => page.context().close());

  test('takes only an address, and offers only on a tick', async () => {
    await page.getByLabel('E-mail address').fill('not an address');
    await signUp();
    expect(await page.getByLabel('E-mail address').getAttribute('aria-invalid')).toBe('true');
    expect(await focused(page)).toBe('email not an address');
    await page.getByLabel('E-mail address').fill('reader@example.com');
    await page.getByRole('radio', { name: 'Daily' }).check();
    await signUp();
    await page.getByText('We have written to reader@example.com').waitFor();
    expect(await focused(page)).toBe('Check your inbox to confirm');
    expect(signups()).toMatchObject([
      {
        body: { email: 'reader@example.com', frequency: 'daily', offers: false, article: { id: 'a-17' } },
        key: expect.any(String),
      },
    ]);
  });

  test('keeps what was entered after a failure, and a retry is the same request', async () => {
    const errors = [{ pointer: '/email', detail: 'This address takes no mail.' }];
    standIn.next.set('/v1/newsletter-signups', [{ status: 503 }, { status: 422, body: { errors } }]);
    await page.getByLabel('E-mail address').fill('reader@example.com');
    await page.getByRole('checkbox', { name: /offers/ }).check();
    await signUp();
    await page.getByRole('alert').filter({ hasText: 'This is not working right now' }).waitFor();
    await signUp();
    await page.getByText('This address takes no mail.').waitFor();
    expect(await focused(page)).toBe('email reader@example.com');
    expect(signups().map(({ body }) => body.offers)).toEqual([true, true]);
    expect(new Set(signups().map(({ key }) => key)).size).toBe(1);
  });
});
