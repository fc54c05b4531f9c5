import { sql } from 'kysely';
import type { Database } from '../db/database.ts';

/** How many jobs run or could run now. */
export async function countDueJobs(db: Database): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from graphile_worker.jobs
    where locked_at is not null or (attempts < max_attempts and run_at <= now())`.execute(db);
  return rows[0]!.count;
}
