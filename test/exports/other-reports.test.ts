import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExportRequest } from '../../src/exports/export-parameters.ts';
import { runExport } from '../../src/exports/run-export.ts';
import type { Gift } from '../support/books.ts';
import { collector, type ExportDesk, newsroomZone, openExportDesk } from '../support/exports.ts';

const quay = 'https://www.example.org/quay';

describe('the other reports', () => {
  let desk: ExportDesk;
  let gifts: { euro: Gift; dollar: Gift; monthly: Gift; lost: Gift };
  let payoutId: string;
  beforeAll(async () => {
    desk = await openExportDesk();
    const { books } = desk;
    payoutId = await books.payout({ amount: 5310n, arrival: '2026-05-14', linesRead: true });
    const article = { url: quay, id: 'quay', title: '=Quay' };
    const eur = (gross: bigint, fee: bigint) => ({ currency: 'eur', gross, fee });
    gifts = {
      euro: await books.gift({
        ...{ amount: 1000n, paidAt: '2026-05-01T12:00:00Z', settled: eur(1000n, 40n), payoutId },
        article: { ...article, url: `${quay}/?from=mail` },
      }),
      dollar: await books.gift({
        ...{ amount: 5000n, currency: 'usd', paidAt: '2026-05-02T12:00:00Z', settled: eur(4500n, 150n), article, payoutId },
        donor: { email: '=evil@example.net', name: 'Ann' },
      }),
      monthly: await books.gift({ amount: 700n, recurring: true, paidAt: '2026-05-03T12:00:00Z', settled: eur(700n, 35n) }),
      lost: await books.gift({ amount: 2000n, paidAt: '2026-06-01T12:00:00Z', settled: eur(2000n, 80n), article }),
    };
    await books.refund(gifts.euro, { amount: 300n, at: '2026-06-02T12:00:00Z' });
    await books.dispute(gifts.lost, { status: 'lost', at: '2026-06-03T12:00:00Z' });
    await desk.database.pool.query(
      `insert into votes (day, visitor_hash, article_url, article_id, helpful, voted_at)
       select date '2026-05-05', ('\\x0' || n)::bytea, case when n < 4 then $1 else 'https://www.example.org/unpaid' end, case when n < 4 then 'quay' end, n <> 2, now()
       from generate_series(1, 4) n`,
      [quay],
    );
  });
  afterAll(() => desk.close());

  const header = async (report: string) => (await desk.ask(report, { from: '2031-01-01' })).text.trim();

  test('donations show what a dispute took and what is left after it', async () => {
    const { rows } = await desk.ask('donations', { from: '2026-06-01' });
    expect(rows).toMatchObject([
      { net: '19.20', disputed: '20.00', dispute_fee: '15.00', net_after: '-15.80', dispute_status: 'lost', refunded: '0.00' },
    ]);
  });

  test('a payout that came back keeps its gifts, and did not arrive', async () => {
    const arrival = async () => (await desk.ask('donations', { before: '2026-05-02' })).rows;
    expect(await arrival()).toMatchObject([{ payout_id: payoutId, payout_arrival_on: '2026-05-14' }]);
    await desk.database.pool.query("update payouts set status = 'failed'");
    expect(await arrival()).toMatchObject([{ payout_id: payoutId, payout_arrival_on: '' }]);
    expect((await desk.ask('donations', { basis: 'payout' })).rows).toEqual([]);
    await desk.database.pool.query("update payouts set status = 'paid'");
    expect((await desk.ask('donations', { basis: 'payout', from: '2026-05-14', before: '2026-05-15' })).rows).toHaveLength(2);
  });

  test('payouts have a row a line, and their sums are the payouts’', async () => {
    expect(await header('payouts')).toBe(
      'payout_id,arrival_on,status,payout_amount,currency,stripe_balance_transaction_id,kind,donation_id,gross,fee,net',
    );
    const byHand = await desk.books.payout({ amount: 100n, arrival: '2026-05-20' });
    const { rows, result } = await desk.ask('payouts');
    const payout = { payout_id: payoutId, arrival_on: '2026-05-14', status: 'paid', payout_amount: '53.10', currency: 'eur' };
    expect(rows).toMatchObject([
      { ...payout, kind: 'gift', donation_id: gifts.euro.id, gross: '10.00', fee: '0.40', net: '9.60' },
      { ...payout, kind: 'gift', donation_id: gifts.dollar.id, gross: '45.00', fee: '1.50', net: '43.50' },
      { payout_id: byHand, payout_amount: '1.00', stripe_balance_transaction_id: '', kind: '', net: '' },
    ]);
    expect(result.totals).toMatchObject([
      { currency: 'eur', status: 'paid', count: 3n, payouts: 2n, payout_amount: 5410n, gross: 5500n, fee: 190n, net: 5310n },
    ]);
    const first = await desk.ask('payouts', { as_of: '1' });
    expect([first.rows.length, (await desk.ask('payouts', { cursor: '1' })).rows.length]).toEqual([2, 1]);
    // What happens later leaves the same file as of then: the payout fails, and comes back by a journal after it.
    await desk.database.pool.query(
      "update payouts set status = 'failed', failure_balance_transaction_id = 'txn_later' where id = $1",
      [payoutId],
    );
    expect((await desk.ask('payouts', { as_of: '1' })).text).toBe(first.text);
    await desk.database.pool.query("update payouts set status = 'paid', failure_balance_transaction_id = null where id = $1", [
      payoutId,
    ]);
  });

  test('fees have a row each, of payments and of disputes', async () => {
    const { rows, result } = await desk.ask('fees', { from: '2026-06-01' });
    expect(rows.map(({ kind, account, currency, gross, fee }) => [kind, account, currency, gross, fee])).toEqual([
      ['gift', 'stripe_fees', 'eur', '20.00', '0.80'],
      ['dispute', 'dispute_fees', 'eur', '-20.00', '15.00'],
    ]);
    expect(result.totals).toMatchObject([
      { account: 'dispute_fees', kind: 'dispute', currency: 'eur', count: 1n, fee: 1500n },
      { account: 'stripe_fees', kind: 'gift', currency: 'eur', count: 1n, fee: 80n },
    ]);
    expect((await desk.ask('fees', { cursor: rows[0]!.position! })).rows).toHaveLength(1);
  });

  test('the trial balance says what was held before and what is held after, and sums to zero', async () => {
    const { rows, result } = await desk.ask('trial-balance', { from: '2026-06-01' });
    expect(rows.map(({ account, opening, debit, credit, balance }) => [account, opening, debit, credit, balance])).toEqual([
      ['stripe_balance', '5.65', '19.20', '38.00', '-13.15'],
      ['bank', '54.10', '0.00', '0.00', '54.10'],
      ['donations', '-62.00', '0.00', '20.00', '-82.00'],
      ['refunds', '0.00', '3.00', '0.00', '3.00'],
      ['disputes', '0.00', '20.00', '0.00', '20.00'],
      ['stripe_fees', '2.25', '0.80', '0.00', '3.05'],
      ['dispute_fees', '0.00', '15.00', '0.00', '15.00'],
    ]);
    expect(result.totals).toEqual([
      { currency: 'eur', count: 7n, debit: 5800n, credit: 5800n, balance: 0n, last_position: BigInt(rows[0]!.as_of!) },
    ]);
    const early = await desk.ask('trial-balance', { as_of: '2' });
    expect(early.rows.map(({ account, balance, as_of }) => [account, balance, as_of])).toEqual([
      ['stripe_balance', '-43.50', '2'],
      ['bank', '53.10', '2'],
      ['donations', '-10.00', '2'],
      ['stripe_fees', '0.40', '2'],
    ]);
    const since = await desk.ask('trial-balance', { as_of: '2', cursor: '1' });
    expect(since.rows[0]).toMatchObject({ account: 'stripe_balance', opening: '-53.10', debit: '9.60', balance: '-43.50' });
  });

  test('recurring donations say what they have brought until now', async () => {
    const { rows, result } = await desk.ask('subscriptions', { status: 'active' });
    expect(rows).toMatchObject([
      { status: 'active', interval: 'month', currency: 'eur', amount: '7.00', gifts: '1', given: '7.00', refunded: '0.00' },
    ]);
    expect(rows[0]).toMatchObject({ last_paid_at: '2026-05-03T14:00:00+02:00', donor_email: 'reader@example.net' });
    expect(result.totals).toEqual([{ status: 'active', interval: 'month', currency: 'eur', count: 1n, amount: 700n }]);
    await expect(desk.ask('subscriptions', { status: 'succeeded' })).rejects.toMatchObject({ code: 'export-not-possible' });
  });

  test('donors have a row a currency, with texts that are no formulas', async () => {
    const { rows, result } = await desk.ask('donors', { before: '2026-06-01' });
    expect(
      rows.map(({ donor_email, currency, gifts: count, given, refunded }) => [donor_email, currency, count, given, refunded]),
    ).toEqual([
      ['reader@example.net', 'eur', '1', '10.00', '3.00'],
      ["'=evil@example.net", 'usd', '1', '50.00', '0.00'],
      ['reader@example.net', 'eur', '1', '7.00', '0.00'],
    ]);
    expect(result.totals).toEqual([
      { currency: 'eur', count: 2n, gifts: 2n, given: 1700n, refunded: 300n },
      { currency: 'usd', count: 1n, gifts: 1n, given: 5000n, refunded: 0n },
    ]);
  });

  test('receipts stand in the order of their numbers, with what they attest', async () => {
    const { rows, result } = await desk.ask('receipts', { currency: 'eur' });
    expect(rows.map(({ receipt_number, kind, amount, remains }) => [receipt_number, kind, amount, remains])).toEqual([
      ['2026-000001', 'gift', '10.00', '10.00'],
      ['2026-000003', 'gift', '7.00', '7.00'],
      ['2026-000004', 'gift', '20.00', '20.00'],
    ]);
    expect(result.totals).toEqual([{ kind: 'gift', currency: 'eur', count: 3n, amount: 3700n, refunded: 0n, disputed: 0n }]);
  });

  test('articles say what they brought, and whether they helped', async () => {
    const { rows, result } = await desk.ask('articles');
    expect(
      rows.map((row) => [
        row.article_url,
        row.article_title,
        row.currency,
        row.gifts,
        row.given,
        row.net_after,
        row.helpful_votes,
      ]),
    ).toEqual([
      [quay, "'=Quay", 'usd', '1', '50.00', '43.50', '2'],
      [quay, "'=Quay", 'eur', '2', '30.00', '-9.20', '2'],
      ['https://www.example.org/unpaid', '', '', '0', '', '', '1'],
    ]);
    expect(result.totals).toMatchObject([
      { currency: 'eur', settlement_currency: 'eur', count: 1n, gifts: 2n, given: 3000n, refunded: 300n },
      { currency: 'usd', settlement_currency: 'eur', count: 1n, gifts: 1n, given: 5000n },
    ]);
    expect((await desk.ask('articles', { article: 'quay', before: '2026-05-02' })).rows).toHaveLength(1);
  });

  test.each(['articles', 'donations', 'donors'])(
    '%s of an article are of all of it, however its address was written',
    async (report) => {
      const byId = await desk.ask(report, { article: 'quay' });
      expect(byId.rows.length).toBeGreaterThan(1);
      for (const article of [quay, `${quay}/`, `${quay}?from=mail#top`]) {
        const { rows, result } = await desk.ask(report, { article });
        expect(rows).toEqual(byId.rows);
        expect(result.totals).toEqual(byId.result.totals);
      }
    },
  );

  test.each(['donations', 'subscriptions', 'donors', 'receipts', 'articles', 'signups'])(
    '%s cannot be had as of a position: they change, and hold personal data',
    async (report) => {
      for (const parameters of [{ as_of: '1' }, { cursor: '1' }] as Record<string, string>[]) {
        await expect(desk.ask(report, parameters)).rejects.toMatchObject({ code: 'export-not-possible' });
      }
    },
  );

  test.each(['trial-balance', 'fees', 'payouts', 'subscriptions', 'donors', 'receipts', 'articles'])(
    '%s are there as JSON lines too, with the same columns',
    async (report) => {
      const { rows } = await desk.ask(report);
      const { target, text } = collector();
      const request = readExportRequest(report, { format: 'jsonl' }, newsroomZone);
      await runExport(desk.services, request, 'test', { open: () => target });
      const lines = text()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
      expect(lines.map((line) => Object.keys(line))).toEqual(rows.map((row) => Object.keys(row)));
    },
  );
});
