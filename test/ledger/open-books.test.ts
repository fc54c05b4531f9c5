import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { openBooks } from '../../src/ledger/open-books.ts';
import { recordBalanceTransaction } from '../../src/ledger/record-balance-transaction.ts';
import { money } from '../../src/money.ts';
import type { BalanceTransaction } from '../../src/stripe/gateway.ts';
import { eventually } from '../support/eventually.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const eur = toCurrency('eur');
const minute = 60_000;

describe('what no room claims', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  let drawn = 0;
  function moved(changes: Partial<BalanceTransaction> & { minor?: bigint; ageMinutes?: number }): BalanceTransaction {
    drawn += 1;
    const { minor = -300n, ageMinutes = 1, ...rest } = changes;
    const now = ground.services.clock.now();
    return {
      ...{ id: `txn_own${drawn}`, type: 'stripe_fee', reportingCategory: 'fee', sourceId: null, exchangeRate: null },
      ...{ amount: money(minor, eur), fee: money(0n, eur), net: money(minor, eur), availableOn: now },
      createdAt: new Date(now.getTime() - ageMinutes * minute),
      ...rest,
    };
  }
  const record = (transaction: BalanceTransaction) =>
    ground.services.db.transaction().execute((trx) => recordBalanceTransaction(trx, ground.services, transaction));
  const booked = (id: string) =>
    ground.rows(
      'select kind, account, amount_minor from ledger_entries join ledger_journals on id = journal_id where stripe_balance_transaction_id = $1 order by line',
      id,
    );

  test.each([
    ['a fee', { type: 'stripe_fee', reportingCategory: 'fee' }, 'fee', 'stripe_fees'],
    ['a tax', { type: 'tax_fee', reportingCategory: 'tax' }, 'fee', 'stripe_fees'],
    ['a top-up', { type: 'topup', reportingCategory: 'topup', sourceId: 'tu_1' }, 'top-up', 'bank'],
    ['a reserve', { type: 'reserve_transaction', reportingCategory: 'risk_reserved_funds' }, 'reserve', 'other'],
    ['what nobody knows', { type: 'contribution', reportingCategory: 'contribution' }, 'unknown', 'other'],
    [
      'the same of a charge',
      { type: 'climate', reportingCategory: 'climate', sourceId: 'ch_1', paymentIntentId: 'pi_1' },
      'unknown',
      'other',
    ],
  ])('is booked at once, and once: %s', async (_what, kind, journal, account) => {
    const transaction = moved(kind);
    expect([await record(transaction), await record(transaction)]).toEqual([{ outcome: 'booked' }, { outcome: 'booked' }]);
    expect(await booked(transaction.id)).toEqual([
      { kind: journal, account: 'stripe_balance', amount_minor: -300n },
      { kind: journal, account, amount_minor: 300n },
    ]);
    const noted = await ground.rows('select kind from discrepancies where object_id = $1', transaction.id);
    expect(noted).toEqual(journal === 'unknown' ? [{ kind: 'unknown-kind' }] : []);
  });

  test('is left to the room of its source, which is asked to read it', async () => {
    for (const [sourceId, subject, paymentIntentId] of [
      ['re_1', 're_1', undefined],
      ['du_1', 'du_1', undefined],
      ['po_1', 'po_1', undefined],
      ['ch_1', 'pi_1', 'pi_1'],
    ] as const) {
      const type = paymentIntentId ? 'charge' : 'adjustment';
      const transaction = moved({ type, reportingCategory: type, sourceId, paymentIntentId, ageMinutes: 100 });
      expect(await record(transaction)).toEqual({ outcome: 'staged', subject });
      expect(await booked(transaction.id)).toEqual([]);
    }
  });

  test('is nobody’s only after the quarter of an hour in which a charge may still be claimed', async () => {
    const young = moved({ type: 'charge', reportingCategory: 'charge', sourceId: 'ch_2', paymentIntentId: null, minor: 500n });
    expect(await record(young)).toEqual({ outcome: 'wait', until: new Date(young.createdAt.getTime() + 15 * minute) });
    expect(await booked(young.id)).toEqual([]);
    const old = { ...young, createdAt: new Date(young.createdAt.getTime() - 15 * minute) };
    expect(await record(old)).toEqual({ outcome: 'booked' });
    expect(await booked(old.id)).toMatchObject([{ account: 'stripe_balance' }, { account: 'other_income' }]);
  });
});

describe('the opening of the books', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const open = (currency: string, amountMinor: bigint, cutOverAt: Date) =>
    ground.services.db.transaction().execute((trx) => openBooks(trx, ground.services, { currency, amountMinor, cutOverAt }));

  test('holds what was moved before; what comes after is booked, also the refund of a gift from before', async () => {
    const old = await ground.begin({ amount: 2500n });
    await ground.payGift(old);
    await ground.advance(3600);
    const cutOverAt = ground.services.clock.now();
    await ground.advance(3600);
    const fresh = await ground.begin({ amount: 1000n });
    await ground.payGift(fresh);
    const [paid] = await ground.events(['payment_intent.succeeded']);
    await ground.client.refunds.create({ payment_intent: String(paid!.data.object.id), amount: 700 });
    // Stripe's balance now, less the nets of what came after the cut-over
    await open('eur', 2397n, cutOverAt);
    await open('eur', 2397n, cutOverAt);
    await open('usd', 0n, cutOverAt);
    await open('gbp', -50n, cutOverAt);
    await ground.tell();
    expect(
      await ground.rows(
        "select currency, account, amount_minor from ledger_entries join ledger_journals on id = journal_id where kind = 'opening-balance' order by 1, line",
      ),
    ).toEqual([
      { currency: 'eur', account: 'stripe_balance', amount_minor: 2397n },
      { currency: 'eur', account: 'opening_balance', amount_minor: -2397n },
      { currency: 'gbp', account: 'stripe_balance', amount_minor: -50n },
      { currency: 'gbp', account: 'opening_balance', amount_minor: 50n },
    ]);
    expect(await ground.row('select gross_minor, refunded_minor, status from donations where id = $1', old.id)).toEqual({
      ...{ gross_minor: 2500n, refunded_minor: 700n, status: 'succeeded' },
    });
    const kinds = (id: string) => ground.rows('select kind from ledger_journals where donation_id = $1 order by 1', id);
    expect([await kinds(old.id), await kinds(fresh.id)]).toEqual([[{ kind: 'refund' }], [{ kind: 'gift' }]]);
  });

  test('refuses another beginning, and one after which something is booked already', async () => {
    const now = ground.services.clock.now();
    await expect(open('eur', 1n, now)).rejects.toThrow(/the books in eur began at/);
    const gift = await ground.begin({ amount: 5000n, currency: 'jpy' });
    await ground.payGift(gift);
    await ground.tell();
    await expect(open('jpy', 1n, new Date(now.getTime() + 24 * 3600_000))).rejects.toThrow(/^txn_\w+ is booked and older than/);
    expect(await ground.rows("select currency from opening_balances where currency = 'jpy'")).toEqual([]);
  });

  test('leaves sound books, which Stripe’s lack of pounds was made up for', async () => {
    const [{ booked, atStripe }] = (await ground.differences()) as [{ booked: bigint; atStripe: bigint }];
    expect(booked).toBe(atStripe - 50n);
  });

  test('waits for what is being booked at that moment, and refuses as well', async () => {
    const worker = await ground.database.pool.connect();
    await worker.query('begin');
    await worker.query(`
      insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, available_on, created_at)
      values ('txn_now', 'stripe_fee', 'fee', 'chf', -5, 0, -5, now(), now() - interval '1 year')`);
    await worker.query(`
      insert into ledger_journals (id, position, kind, occurred_at, booked_on, stripe_balance_transaction_id, memo)
      values ('jrn_now', 100000, 'fee', now(), current_date, 'txn_now', '')`);
    const opened = open('chf', 1n, new Date()).then(
      () => 'opened',
      (error: Error) => error.message,
    );
    await eventually(async () => {
      const { waiting } = await ground.row<{ waiting: bigint }>('select count(*) as waiting from pg_locks where not granted');
      expect(waiting).toBe(1n);
    }, 2).catch(() => undefined);
    await worker.query(`insert into ledger_entries (journal_id, line, account, currency, amount_minor)
      values ('jrn_now', 1, 'stripe_balance', 'chf', -5), ('jrn_now', 2, 'stripe_fees', 'chf', 5)`);
    await worker.query('commit');
    expect(await opened).toMatch(/^txn_now is booked and older than/);
    worker.release();
  });
});
