import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, createPool, type Database, type Pool } from '../../../src/db/database.ts';
import { startGift } from '../../../src/http/stores/gift-starts.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';

describe('a gift that begins on a night when thousands do', () => {
  let database: TestDatabase;
  let pool: Pool; // of one connection: what it read is counted when it says so
  let db: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
    pool = createPool(database.url, { name: 'test', max: 1 });
    db = createDatabase(pool);
    await pool.query(`
      insert into donations (id, kind, status, currency, amount_minor, created_at)
        select 'don_' || nth, 'one-time', 'pending', 'eur', 500, now() from generate_series(1, 3000) nth;
      insert into checkouts (idempotency_key, attempt, donation_id, state, parameters, stripe_checkout_session_id, expires_at, created_at)
        select 'checkout-don_' || nth, 'att_' || nth, 'don_' || nth, case nth when 7 then 'complete' else 'open' end, '{}', 'cs_' || nth, now(), now()
        from generate_series(1, 3000) nth;
      insert into gift_starts (source_hash, gift_id, is_proved)
        select sha256(nth::text::bytea), 'don_' || nth, false from generate_series(1, 3000) nth;
      analyze donations; analyze checkouts; analyze gift_starts`);
  });
  afterAll(async () => {
    await pool.end();
    await database.close();
  });

  const begin = (nth: number, hash: Buffer = randomBytes(32)) =>
    startGift({ db }, { giftId: `don_new${nth}`, hash, isProved: false, isBraked: true });
  const rowsReadWhole = async () => {
    await pool.query('select pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ sum: bigint }>(
      "select sum(seq_tup_read)::bigint as sum from pg_stat_user_tables where relname in ('checkouts', 'gift_starts', 'donations')",
    );
    return rows[0]!.sum;
  };

  test('is looked up by its own source alone, once and when many ask', async () => {
    const before = await rowsReadWhole();
    for (let nth = 0; nth < 8; nth++) expect(await begin(nth)).toEqual({ start: undefined, declined: 0 });
    await Promise.all(Array.from({ length: 40 }, (_, nth) => begin(100 + nth)));
    expect(await rowsReadWhole()).toBe(before);
  });

  test('may begin under the brake where the source gave before', async () => {
    const { rows } = await pool.query<{ source_hash: Buffer }>("select source_hash from gift_starts where gift_id = 'don_7'");
    expect((await begin(900, rows[0]!.source_hash)).start).toBeDefined();
  });
});
