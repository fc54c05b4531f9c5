import { sql } from 'kysely';
import type { Database, Trx } from '../src/db/database.ts';

/** Draws the number of a reading that begins now: it has seen whatever events tell that were stored before. */
export async function drawReadNumber(db: Database): Promise<bigint> {
  const drawn = await sql<{ number: bigint }>`select nextval('read_numbers') as number`.execute(db);
  return drawn.rows[0]!.number;
}

/**
 * The pending events of these objects that were stored before a reading began, kept for this transaction. Always the first lock of a
 * transaction, in order of their ids, so that two readings that cover the same events cannot wait for each other in a circle.
 */
export async function lockNotedEvents(trx: Trx, subjects: string[], readNumber: bigint): Promise<string[]> {
  const noted = await trx
    .selectFrom('inbox_events')
    .select('id')
    .where('subject', 'in', subjects)
    .where('state', '=', 'pending')
    .where('last_read_number', '<', readNumber)
    .orderBy('id')
    .forUpdate()
    .execute();
  return noted.map(({ id }) => id);
}

/** They are worked on: `done`, or `gone` where Stripe has no such object (any more). */
export async function finishEvents(trx: Trx, ids: string[], state: 'done' | 'gone', reason?: string): Promise<void> {
  if (ids.length > 0) {
    await trx
      .updateTable('inbox_events')
      .set({ state, reason: reason ?? null, error: null, leased_until: null, done_at: sql<Date>`now()` })
      .where('id', 'in', ids)
      .execute();
  }
}

/** They stay pending and are worked on again at `dueAt`, by our clock. */
export async function postponeEvents(trx: Trx, ids: string[], dueAt: Date): Promise<void> {
  if (ids.length > 0) {
    await trx.updateTable('inbox_events').set({ due_at: dueAt, leased_until: null }).where('id', 'in', ids).execute();
  }
}
