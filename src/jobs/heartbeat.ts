import { sql } from 'kysely';
import type { Services } from '../services.ts';
import { removeTakenOver } from './taken-over.ts';

/**
 * Says every few seconds that a worker lives, by the database's clock. `workerId` is what its jobs are locked by: the id of
 * graphile's pool. Errors are logged; a beat that fails is made up for by the next one.
 */
export function startHeartbeat({ db, log }: Services, workerId: string, everySeconds = 5): { stop(): Promise<void> } {
  let last = beat();
  const timer = setInterval(() => {
    last = last.then(beat);
  }, everySeconds * 1000);
  return {
    async stop() {
      clearInterval(timer);
      await last;
      await db
        .deleteFrom('worker_heartbeats')
        .where('worker_id', '=', workerId)
        .execute()
        .catch((error) => log.warn('a worker could not say goodbye', { workerId, error }));
    },
  };

  async function beat(): Promise<void> {
    try {
      await sql`insert into worker_heartbeats (worker_id) values (${workerId})
        on conflict (worker_id) do update set beat_at = now()`.execute(db);
    } catch (error) {
      log.warn('a heartbeat failed', { workerId, error });
    }
  }
}

/**
 * Frees the jobs of workers that have been silent for long: they were killed, or cut off from the database. A job locked for less
 * than that is left alone, since a worker may take one before its first beat.
 */
export async function freeDeadWorkers({ db, log }: Services, { silentSeconds = 30 } = {}): Promise<void> {
  const limit = sql`now() - ${silentSeconds} * interval '1 second'`;
  const dead = await sql<{ worker_id: string }>`
    with gone as (
      delete from worker_heartbeats where beat_at < ${limit}
    ), holders as (
      select distinct locked_by from graphile_worker.jobs where locked_at < ${limit}
    )
    select locked_by as worker_id from holders
    where not exists (select from worker_heartbeats where worker_id = locked_by and beat_at >= ${limit})`.execute(db);
  const workerIds = dead.rows.map(({ worker_id }) => worker_id);
  if (workerIds.length > 0) {
    await sql`select graphile_worker.force_unlock_workers(${workerIds}::text[])`.execute(db);
    log.warn('jobs of silent workers were freed', { count: workerIds.length, workerId: workerIds[0] });
  }
  await removeTakenOver(db);
}
