import { sql } from 'kysely';
import type { Services } from '../src/services.ts';

/** Which stored events: one by its id, all that are dead, or all that Stripe made since then. */
export type Replay = { readonly id: string } | { readonly dead: true } | { readonly since: Date };

/**
 * Puts stored events back to pending, due now and with no attempts behind them: their objects are read again, which changes nothing that
 * is right already. Answers how many. What names no object, or is of another mode or account, stays as it is.
 */
export async function replayEvents({ db, clock }: Pick<Services, 'db' | 'clock'>, replay: Replay): Promise<number> {
  let events = db
    .selectFrom('inbox_events')
    .select('id')
    .where('subject', 'is not', null)
    .where('state', 'in', ['pending', 'done', 'gone', 'dead']);
  if ('id' in replay) {
    events = events.where('id', '=', replay.id);
  } else if ('since' in replay) {
    events = events.where('created_at', '>=', replay.since);
  } else {
    events = events.where('state', '=', 'dead');
  }
  const { numUpdatedRows } = await db
    .updateTable('inbox_events')
    .set({ state: 'pending', reason: null, error: null, attempts: 0, due_at: clock.now(), leased_until: null, done_at: null })
    .where('id', 'in', events.orderBy('id').forUpdate()) // in the order in which they are worked on
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Has the jobs that were given up tried again from the beginning, now. Answers how many. */
export async function retryJobs({ db }: Pick<Services, 'db'>): Promise<number> {
  const { rows } = await sql`
    select from graphile_worker.reschedule_jobs(
      array(select id from graphile_worker.jobs where attempts >= max_attempts and locked_at is null),
      run_at => now(), attempts => 0)`.execute(db);
  return rows.length;
}
