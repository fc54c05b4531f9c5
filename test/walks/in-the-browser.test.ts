import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import { exportRows } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

const month = 31 * 24 * 3600;

describeBrowser('a reader on a phone', (browser) => {
  let stand: Stand;
  let page: Page;
  const complaints: string[] = [];
  beforeAll(async () => {
    stand = await openStand();
    const context = await browser().newContext({ viewport: { width: 390, height: 844 }, locale: 'en-IE' });
    page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
  });
  afterAll(() => stand?.close());

  test('gives 7.50 once with a card that asks for 3-D Secure, and is thanked when the money is real', async () => {
    await page.goto(stand.site.articles[0]!.url);
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    await page.getByRole('radio', { name: 'Once' }).check({ force: true });
    await page.getByRole('radio', { name: /7\.50/ }).check({ force: true });
    await page.getByRole('button', { name: /^Give/ }).click();
    await payOnStripesPage(page, { card: '4000002760003184', email: 'once@example.net' });
    await page.getByRole('button', { name: /approve/i }).click();
    await page.waitForURL(/\/thanks\/don_/);
    await page.locator('.status.received').waitFor();
    await stand.settle();

    expect(await stand.mails('once@example.net')).toHaveLength(1);
    const [row] = await exportRows(stand, 'donations');
    expect(row).toMatchObject({ donor_email: 'once@example.net', amount: '7.50', gross: '7.50', fee: '0.52', net: '6.98' });
    expect(row!.stripe_balance_transaction_id).toMatch(/^txn_/);
    expect(row!.article_url).toBe(stand.site.articles[0]!.url);
    expect(complaints).toEqual([]);
  });

  test('gives every month, gets a receipt each month, and stops from the mail', async () => {
    await page.goto(stand.site.articles[0]!.url);
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    await page.getByRole('radio', { name: 'Monthly' }).check({ force: true });
    await page.getByRole('button', { name: /^Give/ }).click();
    await payOnStripesPage(page, { card: '4242424242424242', email: 'monthly@example.net' });
    await page.waitForURL(/\/thanks\/rec_/);
    await page.locator('.status.received').waitFor();
    await stand.settle();
    for (let count = 0; count < 3; count += 1) {
      await stand.advance(month);
      await stand.settle();
    }
    const mails = await stand.mails('monthly@example.net');
    expect(mails).toHaveLength(4);
    const given = (await exportRows(stand, 'donations')).filter(({ kind }) => kind === 'recurring');
    expect(given).toHaveLength(4);

    await page.goto(/http:\/\/\S+\/stop\/\S+/.exec(mails.at(-1)!.text)![0]);
    await page.getByRole('button').click();
    await page
      .getByText(/has stopped|was stopped|stopped on/i)
      .first()
      .waitFor();
    await stand.settle();
    await stand.advance(month);
    await stand.settle();
    expect((await exportRows(stand, 'donations')).filter(({ kind }) => kind === 'recurring')).toHaveLength(4);
    expect(complaints).toEqual([]);
  });

  test('is told nothing untrue after a no: sorry, other articles, the way home, and no ask', async () => {
    await page.goto(stand.site.articles[0]!.url);
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await page.getByText("We're sorry to hear that; give us another try").waitFor();
    expect(await page.getByRole('button', { name: /^Give/ }).count()).toBe(0);
    expect(await page.getByRole('link', { name: stand.site.articles[1]!.title }).count()).toBeGreaterThan(0);
  });

  test('gives without JavaScript, by plain pages through to Stripe and back', async () => {
    const context = await browser().newContext({
      javaScriptEnabled: false,
      viewport: { width: 390, height: 844 },
      locale: 'en-IE',
    });
    const plain = await context.newPage();
    await plain.goto(stand.site.articles[0]!.url);
    await plain.locator('gratis-ask a').click();
    await plain.waitForURL(/\/donate\?article=/);
    await plain.getByRole('button', { name: /give|donate|continue/i }).click();
    await payOnStripesPage(plain, { card: '4242424242424242', email: 'plain@example.net' });
    await plain.waitForURL(/\/thanks\/don_/);
    await stand.settle();
    await plain.reload();
    expect(await plain.locator('.status.received').count()).toBe(1);
    expect(await stand.mails('plain@example.net')).toHaveLength(1);
    await context.close();
  });
});

async function payOnStripesPage(page: Page, { card, email }: { card: string; email: string }): Promise<void> {
  await page.waitForURL(/\/c\/pay\/cs_test_/);
  await page.getByLabel(/e-?mail/i).fill(email);
  await page.getByLabel(/card number/i).fill(card);
  await page.getByLabel(/expires/i).fill('12 / 34');
  await page.getByLabel(/cvc|security code/i).fill('123');
  await page.getByRole('button', { name: /^(donate|subscribe)/i }).click();
}
