import type { Job } from 'graphile-worker';
import { sql } from 'kysely';
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
