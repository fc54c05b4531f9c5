import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import {
  type ArticlePage,
  expectAccessible,
  expectNoSidewaysScroll,
  focused,
  openArticle,
  shiftWithoutInput,
  tabTo,
} from './widget-page.ts';
import { configOf, type StandIn, startStandIn, textsOf } from './widget-stand-in.ts';

describeBrowser('the widget in an article', (browser: () => Browser) => {
  let standIn: StandIn;
  let open: ArticlePage | undefined;
  const article = async (options: Parameters<typeof openArticle>[2] = {}) => {
    open = await openArticle(browser(), standIn, options);
    return open;
  };
  const asked = (path: string) => standIn.asked.filter((request) => request.path === path);

  beforeAll(async () => {
    standIn = await startStandIn();
  });
  afterAll(() => standIn?.close());
  beforeEach(() => {
    standIn.asked.length = 0;
    standIn.next.clear();
    standIn.config = configOf('en');
  });
  afterEach(async () => {
    expect(open?.complaints ?? []).toEqual([]);
    await open?.page.context().close();
    open = undefined;
  });

  test('leads from the article to the payment page in three taps', async () => {
    const { page, origins } = await article({ attributes: 'currency="USD"' });
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByRole('button', { name: 'Give $10.00 once' }).click();
    await page.waitForURL(`${standIn.service}/pay`);
    const [gift] = asked('/v1/donations');
    expect(gift?.body).toEqual({
      amount: 1000,
      currency: 'usd',
      cover_fees: false,
      article: { url: 'https://news.example/river?page=1', id: 'a-17', title: 'How the river came back', section: 'Local' },
      campaign: 'autumn',
      placement: 'end',
      locale: 'en',
      attempt: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(gift?.key).toMatch(/^[0-9a-f-]{36}$/);
    expect(asked('/v1/votes')[0]?.body).toMatchObject({ article: { id: 'a-17' }, helpful: true });
    expect(standIn.asked.map((request) => request.cookie)).toEqual(standIn.asked.map(() => undefined));
    expect([...origins].sort()).toEqual([standIn.site, standIn.service].sort());
  });

  test.each([
    ['en', 1000],
    ['de', 320],
    ['ar', 320],
  ])('moves nothing before the reader does, and stores nothing: %s, %i px', async (locale, width) => {
    standIn.config = configOf(locale);
    const { page } = await article({ width });
    const shift = await shiftWithoutInput(page);
    expect(shift).toBe(0);
    expect(await page.evaluate(() => [document.cookie, localStorage.length, sessionStorage.length])).toEqual(['', 0, 0]);
  });

  test('is walked by keyboard alone to a yearly gift with fees', async () => {
    const { page } = await article();
    await tabTo(page, 'Yes');
    await page.keyboard.press('Enter');
    expect(await focused(page)).toContain('Help keep us free for everyone, by a recurring donation');
    await tabTo(page, 'interval once');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, 'amount 6000');
    await page.keyboard.press('ArrowLeft');
    await tabTo(page, 'cover-fees');
    await page.keyboard.press('Space');
    await tabTo(page, 'Give €30.72 every year');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${standIn.service}/pay`);
    expect(asked('/v1/subscriptions')[0]?.body).toMatchObject({ amount: 3000, interval: 'year', cover_fees: true });
  });

  test('is walked by keyboard alone in Arabic to other articles and back', async () => {
    standIn.config = configOf('ar');
    const { page } = await article({ width: 320 });
    const texts = textsOf('ar');
    await tabTo(page, texts.no!);
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe(texts.sorry);
    await tabTo(page, 'How the river came back to the old town');
    await tabTo(page, 'Night trains');
    await tabTo(page, 'The Daily Example');
    expect(await page.getByText('A feed that lies').count()).toBe(0);
    await tabTo(page, texts.change_answer!);
    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe(texts.question);
    await tabTo(page, texts.yes!);
    await page.keyboard.press('Enter');
    await tabTo(page, 'amount 1000');
    await page.keyboard.press('ArrowLeft'); // to the left is onwards here
    await page.keyboard.press('ArrowLeft');
    await tabTo(page, 'own-amount');
    await page.keyboard.type('٧٫٥٠');
    await page.keyboard.press('Enter');
    await page.waitForURL(`${standIn.service}/pay`);
    expect(asked('/v1/donations')[0]?.body).toMatchObject({ amount: 750, locale: 'ar' });
    expect(asked('/v1/votes').map((request) => request.body.helpful)).toEqual([false, true]);
  });

  test.each([
    ['en', 'light', 390],
    ['en', 'dark', 1000],
    ['de', 'light', 320],
    ['es', 'dark', 320],
    ['ar', 'light', 320],
    ['ar', 'dark', 390],
  ] as const)('is accessible in every state: %s, %s, %i px', async (locale, colorScheme, width) => {
    standIn.config = configOf(locale);
    const { page } = await article({ width, colorScheme });
    const texts = textsOf(locale);
    await expectAccessible(page);
    await page.getByRole('button', { name: texts.no, exact: true }).click();
    await expectAccessible(page);
    await page.getByRole('button', { name: texts.change_answer }).click();
    await page.getByRole('button', { name: texts.yes, exact: true }).click();
    await expectAccessible(page);
    await page.getByRole('radio', { name: texts.month }).check();
    await page.getByRole('radio', { name: texts.own_amount }).check();
    await page.locator('form').first().locator('button').click();
    await expectAccessible(page);
    await page.locator('#own-amount').fill('7');
    standIn.next.set('/v1/subscriptions', [{ status: 503, headers: { 'Retry-After': '30' } }]);
    await page.locator('form').first().locator('button').click();
    await page.getByRole('alert').filter({ hasText: '30' }).waitFor();
    await page.locator('#email').fill('reader@example.com');
    await page.locator('form.letter button').click();
    await page.getByRole('heading', { name: texts.signed_up }).waitFor();
    await expectAccessible(page);
    await page.emulateMedia({ forcedColors: 'active' });
    await expectNoSidewaysScroll(page);
  });

  test('says honestly when an answer was not counted, and goes on', async () => {
    standIn.next.set('/v1/votes', [{ status: 429 }]);
    const { page } = await article();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByRole('button', { name: 'Give €10.00 once' }).waitFor();
    await page.getByText('Your answer was not counted').waitFor();
    await page.getByRole('button', { name: 'Change my answer' }).click();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await page.getByRole('heading', { name: "We're sorry to hear that" }).waitFor();
    await page.getByText('Your answer did not reach us').waitFor();
  });

  test('does not ask where the newsroom does not', async () => {
    standIn.config = configOf('en', { ask: false, demo: false });
    const { page } = await article();
    await page.getByRole('button', { name: 'Yes' }).click();
    await page.getByRole('heading', { name: 'Our best articles by e-mail' }).waitFor();
    expect(await page.getByText(/Help keep us free|Give|Demo/).count()).toBe(0);
    await expectAccessible(page);
  });

  test('leaves the plain link where the service does not answer', async () => {
    standIn.next.set('/v1/widget-config', [{ status: 503 }]);
    const context = await browser().newContext();
    const page = await context.newPage();
    const refused = page.waitForResponse((response) => response.url().includes('/v1/widget-config'));
    await page.goto(standIn.site);
    await (await refused).finished();
    expect(await page.getByRole('link', { name: 'Support our work' }).isVisible()).toBe(true);
    await context.close();
  });
});
