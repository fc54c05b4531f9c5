import { readFileSync } from 'node:fs';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Trx } from '../../src/db/database.ts';
import { checkNames, runChecks } from '../../src/operations/run-checks.ts';
import { keepBooks } from '../support/books.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { bookASpring } from '../support/story-of-a-spring.ts';
import { violations } from './violations.ts';

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
