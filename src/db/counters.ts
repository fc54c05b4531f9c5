import { sql } from 'kysely';
import type { Trx } from './database.ts';

/**
 * The next number of a series without gaps ('journal', 'receipt-2026'). Draw it last in a transaction, after every row lock:
 * all series share one lock, so that transactions that draw from two of them cannot wait for each other in a circle.
 */
export async function drawNumber(trx: Trx, series: string): Promise<bigint> {
  await sql`select from counters where name = 'order' for update`.execute(trx);
  const drawn = await sql<{ value: bigint }>`insert into counters (name, value) values (${series}, 1)
    on conflict (name) do update set value = counters.value + 1 returning value`.execute(trx);
  return drawn.rows[0]!.value;
}
