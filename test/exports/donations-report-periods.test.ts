import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportDesk, openExportDesk } from '../support/exports.ts';

describe('the report donations, cut by time', () => {
  let desk: ExportDesk;
  beforeAll(async () => {
    desk = await openExportDesk();
  });
  afterAll(() => desk.close());

  /** Gifts of one test are told apart by their campaign. */
  const ask = (campaign: string, parameters: Record<string, string> = {}) => desk.ask('donations', { campaign, ...parameters });
  const idsOf = async (campaign: string, parameters: Record<string, string>) =>
    (await ask(campaign, parameters)).rows.map((row) => row.donation_id);

  test('holds the first instant of the period and not the last, in the chosen zone', async () => {
    const at = async (paidAt: string) => (await desk.books.gift({ campaign: 'edges', paidAt })).id;
    const [before, first, last, after] = [
      await at('2026-03-31T21:59:59Z'),
      await at('2026-03-31T22:00:00Z'),
      await at('2026-04-30T21:59:59Z'),
      await at('2026-04-30T22:00:00Z'),
    ];
    const april = { from: '2026-04-01', before: '2026-05-01' };
    expect(await idsOf('edges', april)).toEqual([first, last]);
    expect(await idsOf('edges', { ...april, tz: 'UTC' })).toEqual([last, after]);
    expect(await idsOf('edges', { before: '2026-04-01' })).toEqual([before]);
    expect(await idsOf('edges', { from: '2026-05-01' })).toEqual([after]);
  });

  test('writes instants with the offset that held then, on both sides of a change of the clocks', async () => {
    await desk.books.gift({ campaign: 'clocks', paidAt: '2026-03-29T00:59:59Z' });
    await desk.books.gift({ campaign: 'clocks', paidAt: '2026-03-29T01:00:00Z' });
    await desk.books.gift({ campaign: 'clocks', paidAt: '2026-10-25T00:30:00Z' });
    await desk.books.gift({ campaign: 'clocks', paidAt: '2026-10-25T01:30:00Z' });
    const { rows } = await ask('clocks');
    expect(rows.map((row) => row.paid_at)).toEqual([
      '2026-03-29T01:59:59+01:00',
      '2026-03-29T03:00:00+02:00',
      '2026-10-25T02:30:00+02:00',
      '2026-10-25T02:30:00+01:00',
    ]);
    expect(rows[3]?.paid_at_utc).toBe('2026-10-25T01:30:00Z');
    const nepal = await ask('clocks', { tz: 'Asia/Kathmandu', before: '2026-04-01' });
    expect(nepal.rows[0]?.paid_at).toBe('2026-03-29T06:44:59+05:45');
    const newYork = await ask('clocks', { tz: 'America/New_York', before: '2026-04-01' });
    expect(newYork.rows[0]?.paid_at).toBe('2026-03-28T20:59:59-04:00');
  });

  test('a day has 23 or 25 hours where the clocks change', async () => {
    await desk.books.gift({ campaign: 'long', paidAt: '2026-03-29T21:59:59Z' });
    await desk.books.gift({ campaign: 'long', paidAt: '2026-10-24T22:00:00Z' });
    await desk.books.gift({ campaign: 'long', paidAt: '2026-10-25T22:59:59Z' });
    expect(await idsOf('long', { from: '2026-03-29', before: '2026-03-30' })).toHaveLength(1);
    expect(await idsOf('long', { from: '2026-10-25', before: '2026-10-26' })).toHaveLength(2);
  });

  test('goes by the basis that is asked for', async () => {
    const payoutId = await desk.books.payout({ amount: 950n, arrival: '2026-08-05' });
    const dates = { createdAt: '2026-05-20T10:00:00Z', paidAt: '2026-06-20T10:00:00Z', availableOn: '2026-07-20' };
    const paid = await desk.books.gift({ campaign: 'basis', ...dates, payoutId });
    const unpaid = await desk.books.gift({ campaign: 'basis', status: 'pending', createdAt: '2026-05-20T11:00:00Z' });
    const month = (from: string, before: string, basis: string) => idsOf('basis', { from, before, basis });
    expect(await month('2026-05-01', '2026-06-01', 'created')).toEqual([paid.id, unpaid.id]);
    expect(await month('2026-06-01', '2026-07-01', 'paid')).toEqual([paid.id]);
    expect(await month('2026-07-20', '2026-07-21', 'available')).toEqual([paid.id]);
    expect(await month('2026-08-05', '2026-08-06', 'payout')).toEqual([paid.id]);
    expect(await month('2026-05-01', '2026-06-01', 'paid')).toEqual([]);
    expect(await idsOf('basis', {})).toEqual([paid.id]);
    // A day at Stripe is a day in UTC, in whatever zone the report is written.
    expect(
      await idsOf('basis', { from: '2026-07-20', before: '2026-07-21', basis: 'available', tz: 'America/Los_Angeles' }),
    ).toEqual([paid.id]);
  });
});
