import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import { expectAccessible, focused, openArticle } from './widget-page.ts';
import { configOf, type StandIn, startStandIn } from './widget-stand-in.ts';

describeBrowser('a gift that does not go straight through', (browser: () => Browser) => {
  let standIn: StandIn;
  let page: Page;
  const gifts = () => standIn.asked.filter(({ path }) => path === '/v1/donations' || path === '/v1/subscriptions');
  const giveButton = () => page.getByRole('button', { name: /^Give/ });
  const started = (changes: object = {}) => ({
    status: 201,
    body: { id: 'don_1', status: 'pending', checkout_url: `${standIn.service}/stay`, ...changes },
  });
  const comeBack = () => page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));

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

  test('keeps what was entered after each failure, and a retry is the same request', async () => {
    standIn.next.set('/v1/donations', [{ status: 503, headers: { 'Retry-After': '120' } }, { status: 429 }]);
    await page.getByRole('radio', { name: 'Other' }).check();
    await page.getByLabel('Other amount in EUR').fill('7,50');
    for (const message of ['could not be reached', 'try again in 2 minutes', 'Too many attempts']) {
      await page.context().setOffline(message === 'could not be reached');
      await giveButton().click();
      await page.getByRole('alert').filter({ hasText: message }).waitFor();
      expect(await page.getByLabel('Other amount in EUR').inputValue()).toBe('7,50');
      expect(await focused(page)).toBe('Give €7.50 once');
    }
    await giveButton().click();
    await page.waitForURL(`${standIn.service}/pay`);
    expect(gifts()).toHaveLength(3);
    expect(new Set(gifts().map(({ key, body }) => key + JSON.stringify(body))).size).toBe(1);
  });

  test('is one attempt for whoever comes back to a page that is loaded anew, and the page keeps its own notes', async () => {
    await page.evaluate(() => history.replaceState({ page: 'its own' }, ''));
    await giveButton().click();
    await page.waitForURL(`${standIn.service}/pay`);
    await page.goBack();
    await page.getByRole('button', { name: 'Yes' }).click();
    expect(await page.evaluate(() => history.state)).toMatchObject({ page: 'its own' });
    await page.getByRole('radio', { name: '€25' }).check();
    await giveButton().click();
    await page.waitForURL(`${standIn.service}/pay`);
    expect(new Set(gifts().map(({ body }) => body.attempt)).size).toBe(1);
    expect(new Set(gifts().map(({ key }) => key)).size).toBe(2);
    await page.goBack();
    await page.getByRole('button', { name: 'Yes' }).click();
    const type = 'https://gratis.example/problems/attempt-already-paid';
    standIn.next.set('/v1/donations', [{ status: 409, body: { type, id: 'don_7' } }]);
    await giveButton().click();
    const seen = page.getByRole('link', { name: 'See your donation' });
    expect(await seen.getAttribute('href')).toBe(`${standIn.service}/thanks/don_7`);
  });

  test('says beside the amount what is wrong with it', async () => {
    await page.getByRole('radio', { name: 'Other' }).check();
    expect(await focused(page)).toBe('own-amount ');
    const own = page.getByLabel('Other amount in EUR');
    for (const [typed, message] of [
      ['', 'Enter an amount, for example 7.50.'],
      ['a lot', 'We cannot read this amount. Write it like 7.50.'],
      ['1.234', 'This amount has too many decimals. Write it like 7.50.'],
      ['0.49', 'The smallest amount is €0.50.'],
      ['10000.01', 'The largest amount is €10,000.'],
    ] as const) {
      await own.fill(typed);
      await giveButton().click();
      const described = (await own.getAttribute('aria-describedby'))?.split(' ') ?? [];
      expect(await page.locator(`#${described.at(-1)}`).textContent()).toBe(message);
      expect(await own.getAttribute('aria-invalid')).toBe('true');
      expect(await focused(page)).toBe(`own-amount ${typed}`);
    }
    expect(gifts()).toEqual([]);
  });

  test('shows what the service says of the amount at the amount, and other refusals above all', async () => {
    const errors = [{ pointer: '/amount', detail: 'Not today.' }];
    standIn.next.set('/v1/donations', [
      { status: 422, body: { title: 'Invalid', errors } },
      { status: 403, body: { detail: 'Not from here.' } },
    ]);
    await giveButton().click();
    await page.locator('#own-amount-error').filter({ hasText: 'Not today.' }).waitFor();
    await page.getByRole('radio', { name: '€25' }).check();
    await giveButton().click();
    await page.getByRole('alert').filter({ hasText: 'This could not be accepted. Not from here.' }).waitFor();
    expect(new Set(gifts().map(({ key }) => key)).size).toBe(2);
    expect(new Set(gifts().map(({ body }) => body.attempt)).size).toBe(1);
  });

  test('asks once while the first request is on its way, and says where it goes', async () => {
    standIn.next.set('/v1/donations', [started()]);
    await giveButton().dblclick();
    await page.getByRole('link', { name: 'Open it yourself' }).waitFor();
    expect(await giveButton().isDisabled()).toBe(true);
    expect(await page.locator('form').first().getAttribute('aria-busy')).toBe('true');
    expect(gifts()).toHaveLength(1);
    await expectAccessible(page);
  });

  test('works again when the reader comes back, in the same attempt until the service ends it', async () => {
    const paid = { status: 409, body: { type: 'https://gratis.example/problems/attempt-already-paid', title: 'Already paid' } };
    standIn.next.set('/v1/donations', [started(), started(), paid, started({ id: 'don_2' })]);
    for (const amount of ['€5', '€25']) {
      await page.getByRole('radio', { name: amount }).check();
      await giveButton().click();
      await page.getByText('Opening the payment page').waitFor();
      await comeBack();
    }
    await giveButton().click();
    await page.getByRole('heading', { name: 'This donation has already been paid. Thank you!' }).waitFor();
    expect(await focused(page)).toContain('already been paid');
    expect(await page.getByRole('link', { name: 'See your donation' }).getAttribute('href')).toBe(
      `${standIn.service}/thanks/don_1`,
    );
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Give again' }).click();
    await giveButton().click();
    await page.getByText('Opening the payment page').waitFor();
    const attempts = gifts().map(({ body }) => body.attempt);
    expect(new Set(attempts.slice(0, 3)).size).toBe(1);
    expect(attempts[3]).not.toBe(attempts[0]);
    expect(new Set(gifts().map(({ key }) => key)).size).toBe(4);
  });

  test('opens no payment page that is none', async () => {
    standIn.next.set('/v1/donations', [started({ checkout_url: 'javascript:alert(1)' }), { status: 201, body: {} }]);
    for (let tries = 0; tries < 2; tries += 1) {
      await giveButton().click();
      await page.getByRole('alert').filter({ hasText: 'This is not working right now' }).waitFor();
    }
  });

  test('asks in the currency the reader picks, with its own digits and fees', async () => {
    await page.getByLabel('Currency').selectOption('jpy');
    expect(await page.getByRole('checkbox', { name: /fees/ }).isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Give ¥1,000 once' }).click();
    await page.waitForURL(`${standIn.service}/pay`);
    expect(gifts()[0]?.body).toMatchObject({ amount: 1000, currency: 'jpy', cover_fees: false });
  });
});
