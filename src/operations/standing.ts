import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Standing } from '../metrics.ts';
import type { Services } from '../services.ts';

const patienceSeconds = 2;

type Row = {
  what: 'inbox' | 'jobs' | 'mails' | 'differences' | 'alarms';
  name: string;
  state: string;
  count: number;
  oldest_seconds: number;
};

/**
 * How much waits, asked of the database in one statement over what waits alone: its cost does not grow with what was done before.
 * Undefined where the database does not answer within two seconds. Never throws.
 */
export async function findStanding({ db, log }: Pick<Services, 'db' | 'log'>): Promise<Standing | undefined> {
  const waiting = new AbortController();
  try {
    return await Promise.race([ask(db), pause(patienceSeconds * 1000, undefined, { signal: waiting.signal })]);
  } catch (error) {
    log.warn('the database does not tell what waits', { error });
    return undefined;
  } finally {
    waiting.abort();
  }
}

async function ask(db: Services['db']): Promise<Standing> {
  const rows = await db.transaction().execute(async (trx) => {
    await sql.raw(`set local statement_timeout = ${patienceSeconds * 1000}`).execute(trx);
    return (await question.execute(trx)).rows;
  });
  const of = (what: Row['what']) => rows.filter((row) => row.what === what);
  const sizes = ({ state, count, oldest_seconds }: Row) => ({ state, count, oldestSeconds: Math.max(0, oldest_seconds) });
  return {
    inbox: of('inbox').map(sizes),
    jobs: of('jobs').map((row) => ({ job: row.name, ...sizes(row) })),
    unsentMails: of('mails')[0]?.count ?? 0,
    openDifferences: of('differences')[0]?.count ?? 0,
    alarms: of('alarms').map(({ name, count }) => ({ kind: name, count })),
  };
}

const question = sql<Row>`
  with counted as (
    select 'inbox' as what, '' as name, 'pending' as state, count(*) as count, min(received_at) as oldest
    from inbox_events where state = 'pending'
    union all
    select 'inbox', '', 'dead', count(*), min(received_at)
    from inbox_events where state = 'dead'
    union all
    select 'jobs', task_identifier, state, count(*), min(run_at)
    from (
      select task_identifier, run_at,
        case when locked_at is not null then 'running' when attempts >= max_attempts then 'given-up'
          when run_at <= now() then 'due' else 'later' end as state
      from graphile_worker.jobs
    ) job group by task_identifier, state
    union all
    select 'mails', '', '', count(*), min(created_at) from mails where sent_at is null and given_up_at is null
    union all
    select 'differences', '', '', count(*), min(found_at) from discrepancies where resolved_at is null
    union all
    select 'alarms', kind, '', count(*), min(began_at) from alarms where ended_at is null group by kind
  )
  select what, name, state, count::int, coalesce(extract(epoch from now() - oldest), 0)::float8 as oldest_seconds from counted`;
