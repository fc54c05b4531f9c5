import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { stopAt, tabUntil } from './keyboard.ts';
import { openQuestion } from './widget-states.ts';

describeBrowser('with a keyboard alone', (browser: () => Browser) => {
  let stand: Stand;
  let page: Page;
  beforeAll(async () => {
    stand = await openStand();
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    await page?.close();
    page = await browser().newPage({ locale: 'en-IE', viewport: { width: 390, height: 700 }, reducedMotion: 'reduce' });
  });
  const press = (key: string) => page.keyboard.press(key);

  test('a gift goes from the article to the thanks, and the stop of a recurring one from its mail', async () => {
    await openQuestion(page, stand);
    await tabUntil(page, 'button: Yes');
    await press('Enter');
    expect((await stopAt(page)).said).toContain('Help keep us free for everyone');
    await tabUntil(page, 'radio: Once');
    await press('ArrowRight');
    expect(await stopAt(page)).toEqual({ said: 'radio: Monthly', isSeen: true });
    expect(await tabUntil(page, /^button: Give/)).toEqual([
      'select: Currency',
      'radio: €10',
      'checkbox: Cover the payment fees as well €10.41 in all',
      'button: Give €10.00 every month',
    ]);
    await press('Shift+Tab');
    await press('Shift+Tab');
    await press('ArrowLeft');
    expect(await stopAt(page)).toEqual({ said: 'radio: €5', isSeen: true });
    await tabUntil(page, 'button: Give €5.00 every month');
    await press('Enter');

    await page.waitForURL(/\/c\/pay\/cs_test_/);
    for (const [field, typed] of [
      [/e-?mail/i, 'keys@example.net'],
      [/card number/i, '4242424242424242'],
      [/expires/i, '12 / 34'],
      [/cvc|security code/i, '123'],
    ] as const) {
      await tabUntil(page, field);
      await page.keyboard.type(typed);
    }
    await tabUntil(page, /^button: (Donate|Subscribe)/i);
    await press('Enter');

    await page.waitForURL(/\/thanks\/rec_/);
    await page.locator('.status.received').waitFor();
    const stops = await tabUntil(page, 'a: Privacy');
    expect(stops.slice(-3)).toEqual([expect.stringContaining('Back to the article'), 'a: Terms', 'a: Privacy']);

    await stand.settle();
    const [mail] = await stand.mails('keys@example.net');
    await page.goto(/http:\/\/\S+\/stop\/\S+/.exec(mail!.text)![0]);
    expect(await tabUntil(page, 'button: Stop donating')).toEqual([
      'a: Skip to content',
      'a: The Harbour Light',
      'button: Stop donating',
    ]);
    await press('Space');
    await page.getByText(/^Stopped on/).waitFor();
  });

  test('every stop of /donate comes in the order in which it is read, and Tab leads out again at both ends', async () => {
    await page.goto(`${stand.url}/donate?currency=eur&article=${encodeURIComponent(stand.site.articles[0]!.url)}`);
    const order = [
      'a: Skip to content',
      'a: The Harbour Light',
      ...['EUR', 'USD', 'GBP', 'JPY'].map((code) => `a: ${code}`),
      'radio: Once',
      'radio: €15',
      'checkbox: Cover the payment fees as well €15.49 in all',
      'button: Continue to payment',
      'a: Back to the article',
      'a: Terms',
      'a: Privacy',
    ];
    expect(await tabUntil(page, 'a: Privacy')).toEqual(order);
    for (const said of order.slice(0, -1).reverse()) {
      await press('Shift+Tab');
      expect(await stopAt(page)).toEqual({ said, isSeen: true });
    }
    await press('Enter');
    await press('Tab');
    expect((await stopAt(page)).said).toBe('a: EUR');
  });

  test('what is wrong takes the focus, and leads to its field', async () => {
    await page.goto(`${stand.url}/donate?currency=eur`);
    await tabUntil(page, 'radio: €15');
    await press('ArrowRight');
    await press('ArrowRight');
    expect((await stopAt(page)).said).toBe('radio: Other');
    await tabUntil(page, 'text: Other amount in EUR');
    await page.keyboard.type('a lot');
    await press('Enter');
    await page.locator('.notice.problem').waitFor();
    expect((await stopAt(page)).said).toContain('Please look at this again:');
    await tabUntil(page, 'a: We cannot read this amount. Write it like 7.50.');
    await press('Enter');
    expect((await stopAt(page)).said).toBe('text: Other amount in EUR');
    const field = page.getByRole('textbox', { name: 'Other amount in EUR' });
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#own_amount_error').textContent()).toContain('We cannot read this amount.');
    expect(await field.getAttribute('aria-describedby')).toContain('own_amount_error');
  });

  test('trouble at Stripe takes the focus too', async () => {
    await stand.simulate('faults', {
      clear: true,
      api: [{ fault: 'status', status: 400, path: '/v1/checkout/sessions', times: 1 }],
    });
    await page.goto(`${stand.url}/donate?currency=eur`);
    await tabUntil(page, 'button: Continue to payment');
    await press('Enter');
    await page.locator('.notice.problem').waitFor();
    expect((await stopAt(page)).said).toContain('The payment page cannot be opened right now.');
    await stand.simulate('faults', { clear: true });
  });
});
