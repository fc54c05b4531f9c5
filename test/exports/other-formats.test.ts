import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExportRequest } from '../../src/exports/export-parameters.ts';
import { runExport } from '../../src/exports/run-export.ts';
import { collector, type ExportDesk, newsroomZone, openExportDesk } from '../support/exports.ts';

describe('reports as JSON lines', () => {
  let desk: ExportDesk;
  beforeAll(async () => {
    desk = await openExportDesk();
    const donor = { email: '=evil@example.net', name: 'Ann "A"\nB\u0001\u0002\\' };
    await desk.books.gift({ donor, amount: 1230n, currency: 'bhd', paidAt: '2026-04-01T10:00:00Z' });
    await desk.books.gift({ settled: false, paidAt: '2026-04-02T10:00:00Z' });
  });
  afterAll(() => desk.close());

  test('hold the same columns as CSV, one object a line, texts as they are', async () => {
    const { text, result } = await textOf(desk, 'donations', { format: 'jsonl' });
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const csv = await desk.ask('donations');
    expect(lines.map((line) => Object.keys(line))).toEqual(csv.rows.map((row) => Object.keys(row)));
    expect(lines[0]).toMatchObject({
      donor_email: '=evil@example.net',
      donor_name: 'Ann "A"\nB\u0001\u0002\\',
      amount: '1.230',
      dispute_status: null,
    });
    expect(lines[1]).toMatchObject({ gross: null, amount: '10.00' });
    expect(result.rows).toBe(2n);
  });

  test('of nothing are an empty file, and a run all the same', async () => {
    let opened = 0;
    const request = readExportRequest('signups', { format: 'jsonl' }, newsroomZone);
    const open = () => {
      opened += 1;
      return collector().target;
    };
    expect(await runExport(desk.services, request, 'test', { open })).toMatchObject({ rows: 0n, bytes: 0n });
    expect(opened).toBe(1);
  });

  test('of the ledger have positions as numbers and amounts as decimals', async () => {
    const { text } = await textOf(desk, 'ledger', { format: 'jsonl' });
    expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({
      position: 1,
      account: 'stripe_balance',
      debit: '1.169',
      credit: null,
    });
  });
});

describe('the ledger as a plain-text journal', () => {
  let desk: ExportDesk;
  beforeAll(async () => {
    desk = await openExportDesk();
    const gift = await desk.books.gift({
      amount: 2500n,
      paidAt: '2026-05-31T22:30:00Z',
      settled: { currency: 'eur', gross: 2500n, fee: 63n },
    });
    await desk.books.gift({
      amount: 500n,
      currency: 'jpy',
      paidAt: '2026-06-05T10:00:00Z',
      settled: { currency: 'jpy', gross: 500n, fee: 18n },
    });
    await desk.books.refund(gift, { amount: 1000n, at: '2026-06-10T10:00:00Z' });
    await desk.books.payout({ amount: 1437n, arrival: '2026-06-12' });
  });
  afterAll(() => desk.close());

  test('is what hledger and ledger read: balanced entries under the line of their journal', async () => {
    const { text, result } = await textOf(desk, 'ledger', { format: 'journal', as_of: '3' });
    const shown = text.replace(/\b(don|jrn|txn)_\w+/g, '$1_…');
    expect(shown).toBe(`2026-06-01 Gift don_…  ; position:1, journal_id:jrn_…, stripe_balance_transaction_id:txn_…
    assets:stripe_balance  EUR 24.37
    expenses:stripe_fees  EUR 0.63
    income:donations  EUR -25.00

2026-06-05 Gift don_…  ; position:2, journal_id:jrn_…, stripe_balance_transaction_id:txn_…
    assets:stripe_balance  JPY 482
    expenses:stripe_fees  JPY 18
    income:donations  JPY -500

2026-06-10 Refund don_…  ; position:3, journal_id:jrn_…, stripe_balance_transaction_id:txn_…
    assets:stripe_balance  EUR -10.00
    income:refunds  EUR 10.00

`);
    expect(result.rows).toBe(8n);
    expect(result.rows).toBe(result.totals.reduce((sum, { count }) => sum + (count as bigint), 0n));
  });

  test('sums to zero, journal by journal', async () => {
    const { text } = await textOf(desk, 'ledger', { format: 'journal' });
    const journals = text.trimEnd().split('\n\n');
    expect(journals).toHaveLength(4);
    for (const journal of journals) {
      const sum = [...journal.matchAll(/ [A-Z]{3} (-?[\d.]+)$/gm)].reduce(
        (total, [, amount]) => total + Math.round(Number(amount) * 1000),
        0,
      );
      expect(sum).toBe(0);
    }
  });

  test('is there for the ledger alone', () => {
    expect(() => readExportRequest('donations', { format: 'journal' }, newsroomZone)).toThrow('Some parameters are wrong.');
  });
});

async function textOf(desk: ExportDesk, report: string, parameters: Record<string, string>) {
  const { target, text } = collector();
  const result = await runExport(desk.services, readExportRequest(report, parameters, newsroomZone), 'test', {
    open: () => target,
  });
  return { text: text(), result };
}
