import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { switchGiving } from '../../src/operations/switch-command.ts';
import { type SwitchName, setSwitch, switchNames } from '../../src/operations/switches.ts';
import { describeBrowser } from '../support/browser.ts';
import { eventually } from '../support/eventually.ts';
import { openStand, type Stand } from '../support/stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
});
afterEach(async () => {
  for (const name of switchNames) {
    await flip(name, true);
  }
  await stand.database.pool.query('truncate switches');
});
afterAll(() => stand.close());

const flip = (name: SwitchName, isOn: boolean) => setSwitch(stand.live, { name, isOn, why: 'a test' });
const config = async () =>
  (await fetch(`${stand.url}/v1/widget-config`)).json() as Promise<{ ask: boolean; intervals: string[] }>;

/** Waits until the service has seen the switches. */
const seen = (...open: string[]) =>
  eventually(async () => {
    const { intervals } = await config();
    expect(open.every((interval) => intervals.includes(interval))).toBe(true);
    return intervals;
  });
const unseen = (closed: string) => eventually(async () => expect((await config()).intervals).not.toContain(closed));

async function post(
  path: string,
  fields: object = {},
): Promise<{ status: number; body: { type: string; detail: string }; retryAfter: string | null }> {
  const answer = await fetch(`${stand.url}${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() },
    body: JSON.stringify({ amount: 750, currency: 'eur', ...fields }),
  });
  return { status: answer.status, body: (await answer.json()) as never, retryAfter: answer.headers.get('retry-after') };
}

describe('a switch', () => {
  test('that turns an interval off refuses it, hides it, and leaves the others', async () => {
    await flip('month', false);
    await unseen('month');
    expect(await config()).toMatchObject({ ask: true, intervals: ['once', 'year'] });
    const refused = await post('/v1/subscriptions', { interval: 'month' });
    expect(refused.status).toBe(503);
    expect(refused.body.type).toMatch(/\/giving-is-paused$/);
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
    expect((await post('/v1/subscriptions', { interval: 'year' })).status).toBe(201);
    expect((await post('/v1/donations')).status).toBe(201);
    const form = await (await fetch(`${stand.url}/donate`)).text();
    expect(form).not.toContain('value="month"');
    expect(form).toContain('value="year"');
  });

  test('that turns giving off refuses all of it and asks nobody, until it is on again', async () => {
    await flip('giving', false);
    await unseen('once');
    expect(await config()).toMatchObject({ ask: false, intervals: [] });
    expect((await post('/v1/donations')).status).toBe(503);
    expect((await post('/v1/subscriptions', { interval: 'year' })).status).toBe(503);
    await flip('giving', true);
    await seen('once', 'month', 'year');
    expect((await post('/v1/donations')).status).toBe(201);
  });

  test.each([
    ['en', 'Giving is paused for the moment'],
    ['de', 'Spenden sind zurzeit nicht möglich'],
    ['es', 'Las donaciones están en pausa'],
    ['ar', 'التبرّع متوقف مؤقتًا'],
  ])('says so on the page in %s, to a reader and to a form that was open before', async (locale, words) => {
    await flip('giving', false);
    await unseen('once');
    for (const request of [
      {},
      { method: 'POST', body: new URLSearchParams({ interval: 'once', amount_once: '750', currency: 'eur' }) },
    ]) {
      const answer = await fetch(`${stand.url}/donate`, { ...request, headers: { 'Accept-Language': locale } });
      expect(answer.status).toBe(503);
      expect(await answer.text()).toContain(words);
    }
  });

  test('is flipped with a reason that is kept, by its name', async () => {
    expect(await switchGiving(stand.live, { name: 'year', state: 'off', why: 'cards are tested' })).toBe('year is off');
    const { rows } = await stand.database.pool.query('select name, is_on, why from switches');
    expect(rows).toEqual([{ name: 'year', is_on: false, why: 'cards are tested' }]);
    await expect(switchGiving(stand.live, { name: 'week', state: 'off', why: 'x' })).rejects.toThrow('giving, once, month, year');
    await expect(switchGiving(stand.live, { name: 'year', state: 'down', why: 'x' })).rejects.toThrow('on or off');
    await expect(switchGiving(stand.live, { name: 'year', state: 'on', why: ' ' })).rejects.toThrow('--why');
  });
});

describeBrowser('the widget under an article', (browser) => {
  test('does not offer what is off', async () => {
    await flip('year', false);
    await unseen('year');
    const tab = await browser().newPage();
    await tab.goto(stand.site.articles[0]!.url);
    await tab.getByRole('button', { name: 'Yes', exact: true }).click();
    await tab.getByText('Monthly', { exact: true }).waitFor();
    expect(await tab.getByText('Yearly', { exact: true }).count()).toBe(0);
    await flip('giving', false);
    await unseen('once');
    const later = await browser().newPage();
    await later.goto(stand.site.articles[0]!.url);
    await later.getByRole('button', { name: 'Yes', exact: true }).click();
    await later.getByText('Our best articles by e-mail').waitFor();
    expect(await later.getByText('Monthly', { exact: true }).count()).toBe(0);
    await Promise.all([tab.close(), later.close()]);
  });
});
