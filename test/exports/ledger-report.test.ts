import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ExportDesk, openExportDesk } from '../support/exports.ts';

const columns =
  'position,journal_id,booked_on,occurred_at_utc,kind,stripe_balance_transaction_id,stripe_source_id,donation_id,refund_id,dispute_id,' +
  'payout_id,account,currency,debit,credit,memo';

describe('the report ledger', () => {
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

  const linesOf = async (parameters: Record<string, string> = {}) =>
    (await desk.ask('ledger', parameters)).rows.map((row) =>
      [row.position, row.account, row.currency, row.debit, row.credit].join(' '),
    );

  test('has exactly the columns of the contract', async () => {
    const { text } = await desk.ask('ledger');
    expect(text.slice(0, text.indexOf('\r\n'))).toBe(columns);
  });

  test('says every entry as a debit or a credit, in the order of the books', async () => {
    expect(await linesOf()).toEqual([
      '1 stripe_balance eur 24.37 ',
      '1 stripe_fees eur 0.63 ',
      '1 donations eur  25.00',
      '2 stripe_balance jpy 482 ',
      '2 stripe_fees jpy 18 ',
      '2 donations jpy  500',
      '3 stripe_balance eur  10.00',
      '3 refunds eur 10.00 ',
      '4 stripe_balance eur  14.37',
      '4 bank eur 14.37 ',
    ]);
  });

  test('names what each entry is about, and on which day of the newsroom it is booked', async () => {
    const { rows } = await desk.ask('ledger');
    expect(rows[0]).toMatchObject({
      booked_on: '2026-06-01',
      occurred_at_utc: '2026-05-31T22:30:00Z',
      kind: 'gift',
      refund_id: '',
      payout_id: '',
    });
    expect(rows[0]?.donation_id).toMatch(/^don_/);
    expect(rows[6]?.refund_id).toMatch(/^rfd_/);
    expect(rows[9]?.payout_id).toMatch(/^po_/);
  });

  test('goes by the day of booking', async () => {
    expect(await linesOf({ before: '2026-06-01' })).toEqual([]);
    expect(await linesOf({ from: '2026-06-01', before: '2026-06-06' })).toHaveLength(6);
    expect(await linesOf({ from: '2026-06-12' })).toHaveLength(2);
  });

  test('can be made again as of a position, and continued after one', async () => {
    const first = await linesOf({ as_of: '2' });
    const rest = await linesOf({ cursor: '2' });
    expect([...first, ...rest]).toEqual(await linesOf());
    expect(await linesOf({ cursor: '2', as_of: '3', currency: 'eur' })).toHaveLength(2);
    expect(await linesOf({ cursor: '4' })).toEqual([]);
    await expect(linesOf({ as_of: '5' })).rejects.toMatchObject({ code: 'export-not-possible', errors: [{ pointer: '/as_of' }] });
  });

  test('sums debits, credits and balance per account, and every currency to zero', async () => {
    const { result, rows } = await desk.ask('ledger');
    expect(result.totals).toContainEqual({
      ...{ account: 'stripe_balance', currency: 'eur', count: 3n, debit: 2437n, credit: 2437n, balance: 0n },
      last_position: 4n,
    });
    for (const currency of ['eur', 'jpy']) {
      const balances = result.totals.filter((total) => total.currency === currency).map(({ balance }) => balance as bigint);
      expect(balances.reduce((sum, balance) => sum + balance, 0n)).toBe(0n);
    }
    expect(result.rows).toBe(BigInt(rows.length));
  });
});

describe('the report signups', () => {
  let desk: ExportDesk;
  beforeAll(async () => {
    desk = await openExportDesk();
    for (const [id, status, at] of [
      ['1', 'pending', '2026-05-31T21:59:59Z'],
      ['2', 'confirmed', '2026-05-31T22:00:00Z'],
    ] as const) {
      const confirmed = status === 'confirmed' ? new Date('2026-06-02T08:00:00Z') : null;
      await desk.database.db
        .insertInto('signups')
        .values({
          ...{
            id: `sgn_${id}`,
            email: `${id}@example.net`,
            email_key: id,
            frequency: 'weekly',
            offers: true,
            status,
            locale: 'en',
          },
          ...{
            consent_text: 'Yes, "weekly", please',
            requested_at: new Date(at),
            confirmation_asked_at: new Date(at),
            confirmed_at: confirmed,
          },
        })
        .execute();
    }
  });
  afterAll(() => desk.close());

  test('proves who agreed to what, and when', async () => {
    const { text, rows, result } = await desk.ask('signups', { from: '2026-06-01' });
    const header = 'signup_id,requested_at,confirmed_at,left_at,email,frequency,offers,status,consent_text,locale,article_url';
    expect(text.split('\r\n')[0]).toBe(header);
    expect(rows).toEqual([
      {
        ...{
          signup_id: 'sgn_2',
          requested_at: '2026-06-01T00:00:00+02:00',
          confirmed_at: '2026-06-02T10:00:00+02:00',
          left_at: '',
        },
        ...{ email: '2@example.net', frequency: 'weekly', offers: 'true', status: 'confirmed', locale: 'en', article_url: '' },
        consent_text: 'Yes, "weekly", please',
      },
    ]);
    expect(result.totals).toEqual([{ status: 'confirmed', frequency: 'weekly', count: 1n }]);
    expect((await desk.ask('signups', { status: 'pending' })).rows).toHaveLength(1);
  });
});
