import { sql } from 'kysely';
import { afterAll, describe, expect, test } from 'vitest';
import { createDatabase, createPool } from '../../src/db/database.ts';
import { openTestDatabase } from '../support/database.ts';

describe('what comes out of the database', async () => {
  const database = await openTestDatabase();
  afterAll(() => database.close());

  test('is exact: a big integer is a bigint, a day and a decimal are text', async () => {
    const { rows } = await sql`select 9007199254740993::int8 as amount, date '2026-01-31' as day, 0.1::numeric as rate`.execute(
      database.db,
    );
    expect(rows[0]).toEqual({ amount: 9007199254740993n, day: '2026-01-31', rate: '0.1' });
  });

  test('survives a server that went away and came back', async () => {
    await database.setReachable(false);
    await expect(sql`select 1`.execute(database.db)).rejects.toThrow();
    await database.setReachable(true);
    const { rows } = await sql`select 1 as one`.execute(database.db);
    expect(rows).toEqual([{ one: 1 }]);
  });

  test('is asked over a new connection once Postgres said farewell, though the old socket is still open', async () => {
    const pool = createPool(database.url, { name: 'farewell', max: 1 });
    const db = createDatabase(pool);
    const killed = sql`select pg_terminate_backend(pg_backend_pid()), pg_sleep(10)`.execute(db);
    const again = killed.catch(() => sql`select 1 as one`.execute(db));
    await expect(killed).rejects.toThrow('terminating connection');
    expect(await again).toMatchObject({ rows: [{ one: 1 }] });
    await pool.end();
  });

  test('is not waited for for ever: a server that hangs costs one question and its connection, not the process', async () => {
    const pool = createPool(database.url, { name: 'hanging', max: 1, answerTimeoutSeconds: 0.3 });
    const db = createDatabase(pool);
    await expect(sql`select pg_sleep(60)`.execute(db)).rejects.toThrow('Query read timeout');
    const inside = db.transaction().execute((trx) => sql`select pg_sleep(60)`.execute(trx));
    await expect(inside).rejects.toThrow(); // of its rollback
    const { rows } = await sql`select 1 as one`.execute(db);
    expect(rows).toEqual([{ one: 1 }]);
    await pool.end();
  });
});
