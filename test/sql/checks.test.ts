import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trx } from '../../src/db/database.ts';
import { checkNames, runChecks } from '../../src/operations/run-checks.ts';
import { keepBooks } from '../support/books.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { bookASpring } from '../support/story-of-a-spring.ts';

/** What is wrong in the books, planted behind Postgres's back; each must be found by its check. */
const violations: [check: string, what: string, plant: string][] = [
  [
    'journals-balance',
    'an entry of one cent more',
    'update ledger_entries set amount_minor = amount_minor + 1 where line = 1 and journal_id = (select id from ledger_journals where position = 1)',
  ],
  [
    'journals-balance',
    'a journal without entries',
    'delete from ledger_entries where journal_id = (select id from ledger_journals where position = 2)',
  ],
  ['balance-transactions-are-booked', 'a journal taken away', 'delete from ledger_journals where position = 3'],
  [
    'balance-transactions-are-booked',
    'another net',
    'update balance_transactions set amount_minor = amount_minor + 5, net_minor = net_minor + 5 where id = (select max(id) from balance_transactions)',
  ],
  [
    'journals-come-from-stripe',
    'a journal of nobody’s',
    'update ledger_journals set stripe_balance_transaction_id = null where position = 4',
  ],
  ['journal-positions-have-no-gaps', 'a journal taken away', 'delete from ledger_journals where position = 5'],
  ['journal-positions-have-no-gaps', 'a counter set back', "update counters set value = value - 1 where name = 'journal'"],
  ['receipt-numbers-have-no-gaps', 'a receipt taken away', 'delete from receipts where year = 2026 and sequence = 2'],
  [
    'receipt-numbers-have-no-gaps',
    'the last receipt taken away',
    'delete from receipts where (year, sequence) = (select year, max(sequence) from receipts group by year)',
  ],
  ['receipt-numbers-have-no-gaps', 'a year without its receipts', 'delete from receipts'],
  [
    'gifts-have-a-charge-and-a-receipt',
    'a gift without a receipt',
    'delete from receipts where sequence = (select max(sequence) from receipts)',
  ],
  [
    'gifts-have-a-charge-and-a-receipt',
    'a recurring gift without one',
    "delete from receipts where donation_id = (select id from donations where kind = 'recurring')",
  ],
  [
    'refunded-is-the-sum-of-refunds',
    'a refund that was not counted',
    'update donations set refunded_minor = 0 where refunded_minor = 300',
  ],
  [
    'refunded-is-the-sum-of-refunds',
    'a refund that took something else',
    'update donations set refunded_settled_minor = refunded_settled_minor - 1 where refunded_settled_minor = 915',
  ],
  [
    'refunded-is-the-sum-of-refunds',
    'more refunded than given',
    "insert into refunds (id, donation_id, status, amount_minor, currency, created_at) select 'rfd_more', donation_id, 'succeeded', 1, currency, created_at from refunds where amount_minor = 1000 limit 1",
  ],
  [
    'refunds-are-booked',
    'a refund of another amount',
    'update refunds set settled_minor = settled_minor + 1 where settled_minor = 300',
  ],
  [
    'settled-gifts-match-stripe',
    'a gift with another fee',
    'update donations set fee_minor = fee_minor + 1, net_minor = net_minor - 1 where gross_minor = 2500',
  ],
  [
    'settled-gifts-match-stripe',
    'a gift in another currency',
    "update donations set settlement_currency = 'usd' where gross_minor = 2500",
  ],
  [
    'settled-gifts-match-stripe',
    'a balance transaction that is not here',
    'delete from balance_transactions where amount_minor = 2500',
  ],
  [
    'gifts-match-the-ledger',
    'income booked to another account',
    "update ledger_entries set account = 'other_income' where account = 'donations' and amount_minor = -2500",
  ],
  [
    'gifts-match-the-ledger',
    'a journal of another gift',
    'update ledger_journals set donation_id = (select min(donation_id) from ledger_journals) where position = 2',
  ],
  [
    'gifts-match-disputes',
    'a dispute that was not counted',
    "update donations set disputed_minor = 0 where dispute_status = 'lost'",
  ],
  [
    'gifts-match-disputes',
    'a gift that says it was won',
    "update donations set dispute_status = 'won' where dispute_status = 'lost'",
  ],
  ['disputes-are-booked', 'a fee of one cent more', "update disputes set fee_minor = fee_minor + 1 where status = 'won'"],
  [
    'disputes-are-booked',
    'one that came back and was not booked back',
    "delete from ledger_journals where kind = 'dispute-reversal'",
  ],
  [
    'no-more-goes-back-than-was-given',
    'a refund of a gift that was lost',
    "update donations set refunded_minor = 1 where dispute_status = 'lost'",
  ],
  ['payouts-are-booked', 'a cent less', 'update payouts set amount_minor = amount_minor - 1 where amount_minor = 2000'],
  [
    'payouts-are-booked',
    'one that never came back',
    "update payouts set failure_balance_transaction_id = 'txn_back' where amount_minor = 2000",
  ],
  [
    'payout-lines-sum-to-the-payout',
    'a line of one cent more',
    'update balance_transactions set amount_minor = amount_minor + 1, net_minor = net_minor + 1 where payout_id is not null',
  ],
  ['payout-lines-sum-to-the-payout', 'a line that is lost', 'update balance_transactions set payout_id = null'],
  [
    'inbox-keeps-its-time',
    'an event that waits',
    "insert into inbox_events (id, type, subject, livemode, created_at, due_at, received_at) values ('evt_1', 'charge.updated', 'ch_1', false, now(), now(), now() - interval '31 minutes')",
  ],
  [
    'no-event-is-given-up',
    'an event that was given up',
    "insert into inbox_events (id, type, subject, state, livemode, created_at, due_at) values ('evt_2', 'charge.updated', 'ch_1', 'dead', false, now(), now())",
  ],
  [
    'staff-acts-are-audited',
    'a refund of nobody’s',
    "update refunds set requested_by = 'key_1' where id = (select min(id) from refunds)",
  ],
  [
    'staff-acts-are-audited',
    'a donor who was erased by nobody',
    'update donors set erased_at = now() where id = (select min(id) from donors)',
  ],
];

describe('the checks of the books', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
    const books = keepBooks(database.db);
    const { gifts } = await bookASpring(books);
    await books.dispute(gifts[2]!, { status: 'lost' });
    await books.dispute(gifts[5]!, { status: 'won' });
    const payoutId = await books.payout({ amount: 950n, arrival: '2026-06-12', linesRead: true });
    await books.gift({ payoutId });
  });
  afterAll(() => database.close());

  /** The names of the checks that find something after `plant`; nothing of it stays. */
  const findAfter = async (plant: (trx: Trx) => Promise<unknown>) => {
    const found: string[] = [];
    const rollBack = new Error('nothing of this stays');
    await database.db
      .transaction()
      .execute(async (trx) => {
        await sql`set local session_replication_role = replica`.execute(trx);
        await plant(trx);
        found.push(...(await runChecks(trx)).filter(({ rows }) => rows.length > 0).map(({ check }) => check));
        throw rollBack;
      })
      .catch((error) => {
        if (error !== rollBack) throw error;
      });
    return found;
  };

  test('find nothing in books that are kept well', async () => {
    expect(await runChecks(database.db)).toEqual(checkNames().map((check) => ({ check, rows: [] })));
  });

  test.each(violations)('%s finds %s', async (check, _what, plant) => {
    expect(await findAfter((trx) => sql.raw(plant).execute(trx))).toContain(check);
  });

  test('are each proved by a planted violation', () => {
    expect([...new Set(violations.map(([check]) => check))].sort()).toEqual(checkNames());
  });

  test('leave alone a gift that did not begin here, and an event that is still in time', async () => {
    const found = await findAfter(async (trx) => {
      const imported = sql`insert into donations (id, kind, status, currency, amount_minor, created_at, paid_at, stripe_charge_id)
        values ('don_imported', 'one-time', 'succeeded', 'eur', 500, now(), now(), 'ch_imported')`;
      await imported.execute(trx);
      const event = sql`insert into inbox_events (id, type, subject, livemode, created_at, due_at, received_at)
        values ('evt_1', 'charge.updated', 'ch_1', false, now(), now(), now() - interval '29 minutes')`;
      await event.execute(trx);
    });
    expect(found).toEqual([]);
  });

  test('take the opening of the books and what moves nothing for what they are', async () => {
    const found = await findAfter(async (trx) => {
      await sql`insert into balance_transactions (id, type, reporting_category, currency, amount_minor, fee_minor, net_minor, available_on, created_at)
        values ('txn_zero', 'adjustment', 'other_adjustment', 'eur', 0, 0, 0, now(), now())`.execute(trx);
      const position = sql`(select max(position) + 1 from ledger_journals)`;
      await sql`insert into ledger_journals (id, position, kind, occurred_at, booked_on, memo)
        select 'jrn_opening', ${position}, 'opening', now(), current_date, 'Opening'`.execute(trx);
      await sql`insert into ledger_entries values ('jrn_opening', 1, 'stripe_balance', 'eur', 5), ('jrn_opening', 2, 'opening_balance', 'eur', -5)`.execute(
        trx,
      );
      await sql`update counters set value = value + 1 where name = 'journal'`.execute(trx);
    });
    expect(found).toEqual([]);
  });

  test('wait as long for the inbox as they are told', async () => {
    await sql`insert into inbox_events (id, type, subject, livemode, created_at, due_at, received_at)
      values ('evt_9', 'charge.updated', 'ch_9', false, now(), now(), now() - interval '10 minutes')`.execute(database.db);
    const found = async (inboxMinutes: number) =>
      (await runChecks(database.db, { inboxMinutes }))
        .filter(({ rows }) => rows.length > 0)
        .map(({ check, rows }) => [check, rows[0]?.subject]);
    expect(await found(9)).toEqual([['inbox-keeps-its-time', 'ch_9']]);
    expect(await found(11)).toEqual([]);
  });

  test('say what they ask, what a row means and what to do', () => {
    for (const check of checkNames()) {
      const text = readFileSync(new URL(`../../sql/checks/${check}.sql`, import.meta.url), 'utf8');
      expect(text, check).toMatch(/^-- [A-Z].*\?/);
      expect(text, check).toMatch(/^-- A row is /m);
      expect(text, check).toMatch(/^-- What to do: /m);
    }
  });
});

describe('what Postgres itself refuses', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
    await bookASpring(keepBooks(database.db));
  });
  afterAll(() => database.close());

  test.each([
    ["update donations set status = 'failed' where status = 'succeeded'", /never goes back/],
    ["update donations set status = 'pending' where status = 'failed'", /never becomes pending again/],
    ['update donations set refunded_minor = amount_minor + 1', /check constraint/],
    ['update ledger_entries set amount_minor = 1', /only ever added to/],
    ['delete from ledger_journals', /only ever added to/],
    ['truncate ledger_entries', /only ever added to/],
    ["insert into ledger_entries values ((select min(id) from ledger_journals), 9, 'bank', 'eur', 1)", /is written already/],
    [
      "insert into ledger_journals (id, position, kind, occurred_at, booked_on, memo) values ('jrn_x', 99, 'gift', now(), current_date, '')",
      /has no entries/,
    ],
    ['delete from receipts', /never edited/],
    ['update receipts set amount_minor = amount_minor + 1', /never edited/],
    ['update balance_transactions set net_minor = net_minor + 1', /check constraint/],
  ])('%s', async (statement, refusal) => {
    await expect(sql.raw(statement).execute(database.db)).rejects.toThrow(refusal);
  });

  test('a gift that failed may still succeed, and one that expired too', async () => {
    const late = `update donations set status = 'succeeded', paid_at = now(), stripe_charge_id = 'ch_late' || id where status in ('failed', 'expired')`;
    expect((await sql.raw(late).execute(database.db)).numAffectedRows).toBe(2n);
  });
});
