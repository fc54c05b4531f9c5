import type { Job } from 'graphile-worker';
import { sql } from 'kysely';
import type { Reader } from '../db/database.ts';
import type { Services } from '../services.ts';

/**
 * Whether a job of the same key was staged while this one ran: graphile-worker then takes the key and all further tries away from the
 * running one, and the other one does the work again. False where the database cannot tell.
 */
export async function isTakenOver({ db }: Pick<Services, 'db'>, { id, key }: Pick<Job, 'id' | 'key'>): Promise<boolean> {
  if (key === null) {
    return false;
  }
  const asked = sql<{ key: string | null }>`select key from graphile_worker.jobs where id = ${id}`.execute(db);
  const found = await asked.catch(() => undefined);
  return found?.rows[0]?.key === null;
}

/**
 * Removes jobs that nobody runs any more and whose work another of their key does or did: every job is staged with a key, so one
 * without has lost it to that other. Where its worker died or gave it back it would be left for ever, as if it had failed for good.
 */
export async function removeTakenOver(db: Reader): Promise<void> {
  await sql`select graphile_worker.complete_jobs(array(
    select id from graphile_worker.jobs where key is null and attempts >= max_attempts and locked_at is null
  ))`.execute(db);
}
