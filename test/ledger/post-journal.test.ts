import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { postJournal } from '../../src/ledger/post-journal.ts';
import { money } from '../../src/money.ts';
import type { BalanceTransaction } from '../../src/stripe/gateway.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const eur = toCurrency('eur');
let drawn = 0;

function charge(changes: Partial<BalanceTransaction> = {}): BalanceTransaction {
  drawn += 1;
  return {
    id: `txn_${drawn}`,
    type: 'charge',
    reportingCategory: 'charge',
    sourceId: `ch_${drawn}`,
    amount: money(1000n, eur),
    fee: money(59n, eur),
    net: money(941n, eur),
    exchangeRate: 1.0823,
    availableOn: new Date('2026-12-02T00:00:00Z'),
    createdAt: new Date('2026-11-30T23:30:00Z'),
    ...changes,
  };
}

describe('posting to the ledger', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const post = (transaction: BalanceTransaction) =>
    ground.services.db.transaction().execute((trx) => postJournal(trx, ground.services, transaction, {}));

  test('books on the day it happened in the newsroom’s time zone', async () => {
    const transaction = charge();
    await post(transaction);
    const journal = await ground.row('select * from ledger_journals where stripe_balance_transaction_id = $1', transaction.id);
    expect(journal).toMatchObject({
      kind: 'gift',
      booked_on: '2026-12-01',
      occurred_at: transaction.createdAt,
      stripe_source_id: `ch_${drawn}`,
    });
    expect(await ground.row('select exchange_rate, net_minor from balance_transactions where id = $1', transaction.id)).toEqual({
      exchange_rate: '1.0823',
      net_minor: 941n,
    });
  });

  test('books a balance transaction once, also when two do it at once', async () => {
    const transaction = charge();
    await Promise.all([post(transaction), post(transaction), post(transaction)]);
    await post(transaction);
    expect(
      await ground.rows('select id from ledger_journals where stripe_balance_transaction_id = $1', transaction.id),
    ).toHaveLength(1);
  });

  test('counts positions without a gap, however many post at once and whatever fails', async () => {
    const failing = ground.services.db.transaction().execute(async (trx) => {
      await postJournal(trx, ground.services, charge(), {});
      throw new Error('changed its mind');
    });
    await Promise.allSettled([failing, ...Array.from({ length: 15 }, () => post(charge()))]);
    const positions = (await ground.rows<{ position: bigint }>('select position from ledger_journals order by position')).map(
      ({ position }) => position,
    );
    expect(positions).toEqual(positions.map((_position, index) => BigInt(index + 1)));
  });

  test('keeps a balance transaction that moves nothing, without a journal', async () => {
    const transaction = charge({ amount: money(0n, eur), fee: money(0n, eur), net: money(0n, eur) });
    await post(transaction);
    await post(transaction);
    expect(await ground.rows('select id from balance_transactions where id = $1', transaction.id)).toHaveLength(1);
    expect(await ground.rows('select id from ledger_journals where stripe_balance_transaction_id = $1', transaction.id)).toEqual(
      [],
    );
  });
});
