import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { plusSeconds, systemClock } from '../../src/clock.ts';
import { describeBrowser } from '../support/browser.ts';
import { openStand, type Stand } from '../support/stand.ts';

/** What the scripts of a page may leave in the log is nothing but the refusal that asks for the proof. */
const refusal = /429/;

describeBrowser('while the brake is on, a reader', (browser) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand();
  });
  afterAll(() => stand?.close());
  beforeEach(async () => {
    await stand.database.pool.query('truncate gift_starts');
    await stand.database.pool.query(
      "insert into gift_starts (source_hash, is_proved) select decode(md5(n::text), 'hex'), false from generate_series(1, 150) n",
    );
  });

  const provedStarts = async () =>
    (await stand.database.pool.query('select gift_id from gift_starts where is_proved')).rows.map(({ gift_id }) => gift_id);

  test('gives from under an article and notices nothing', async () => {
    const tab = await browser().newPage();
    const errors: string[] = [];
    tab.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await tab.goto(stand.site.articles[0]!.url);
    await tab.getByRole('button', { name: 'Yes', exact: true }).click();
    await tab.getByRole('button', { name: /^Give/ }).click();
    await tab.waitForURL(`${stand.stripeUrl}/**`);
    expect(await provedStarts()).toEqual([expect.stringMatching(/^don_/)]);
    expect(errors.filter((text) => !refusal.test(text))).toEqual([]);
    await tab.close();
  });

  test('gives from the plain page: it comes back and goes on by itself', async () => {
    const tab = await browser().newPage();
    await tab.goto(`${stand.url}/donate`);
    await tab.locator('form.gift button').click();
    await tab.waitForURL(`${stand.stripeUrl}/**`);
    expect(await provedStarts()).toHaveLength(1);
    await tab.close();
  });

  test('without JavaScript is asked to wait, and then gives', async ({ onTestFinished }) => {
    const letTimePass = () => {
      const now = systemClock.now;
      vi.spyOn(systemClock, 'now').mockImplementation(() => plusSeconds(now(), 11));
    };
    onTestFinished(() => void vi.restoreAllMocks());
    const context = await browser().newContext({ javaScriptEnabled: false });
    const tab = await context.newPage();
    await tab.goto(`${stand.url}/donate`);
    await tab.locator('form.gift button').click();
    await tab.getByText('please wait ten seconds').waitFor();
    const proof = () => tab.locator('input[name="proof"]').inputValue();
    const first = await proof();
    await tab.locator('form.gift button').click();
    await tab.getByText('please wait ten seconds').waitFor();
    expect(await proof()).toBe(first); // pressed too early: the wait goes on where it was
    letTimePass();
    await tab.locator('form.gift button').click();
    await tab.waitForURL(`${stand.stripeUrl}/**`);
    expect(await provedStarts()).toHaveLength(1);
    await context.close();
  });
});
