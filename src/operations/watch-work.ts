import { sql } from 'kysely';
import { plusSeconds } from '../clock.ts';
import type { Services } from '../services.ts';
import { type Alarm, countAndName, type Watch } from './alarm.ts';

const unsentMinutes = 30;
const givenUpHours = 24;

/** Whether our own work goes on: what is due by itself ran, no job was given up, mail goes out. */
export const watchWork: Watch = {
  kinds: ['late-sweeps', 'given-up-jobs', 'mail'],
  find: async (services) => [
    ...(await findLateSweeps(services)),
    ...(await findGivenUpJobs(services)),
    ...(await findMailTrouble(services)),
  ],
};

/**
 * Late: it has not ended well for three times as long as it is due after, at least ten minutes and at most two hours more; or it never
 * has. Nothing is said of it within the first minutes of a worker, and nothing of sweeps that there were once.
 */
async function findLateSweeps({ db }: Services): Promise<Alarm[]> {
  const { rows } = await sql<{ name: string; last: Date | null }>`
    select name, finished_at as last from sweep_runs
    where every_seconds > 0 and started_at > now() - interval '30 days'
      and case when finished_at is null then failed_at is not null
        else finished_at < now() - every_seconds * interval '1 second'
          - greatest(interval '10 minutes', least(every_seconds * interval '2 seconds', interval '2 hours')) end
      and exists (select from sweep_runs where name = 'keep-alarms' and finished_at > now() - interval '5 minutes')
    order by name`.execute(db);
  return rows.map(({ name, last }) => ({ kind: 'late-sweeps', subject: name, detail: last?.toISOString() ?? '–' }));
}

async function findGivenUpJobs({ db }: Services): Promise<Alarm[]> {
  const { rows } = await sql<{ name: string; ids: string[]; count: number }>`
    select task_identifier as name, (array_agg(id::text order by id))[1:5] as ids, count(*)::int as count
    from graphile_worker.jobs where attempts >= max_attempts and locked_at is null
    group by task_identifier order by task_identifier`.execute(db);
  return rows.map(({ name, ids, count }) => ({ kind: 'given-up-jobs', subject: name, detail: countAndName(ids, count) }));
}

/** An address that does not exist is nobody's trouble here. */
async function findMailTrouble({ db, clock }: Services): Promise<Alarm[]> {
  const now = clock.now();
  const { rows } = await sql<{ subject: string; ids: string[]; count: number }>`
    select case when given_up_at is null then 'unsent' else 'given-up' end as subject,
      (array_agg(id order by created_at))[1:5] as ids, count(*)::int as count
    from mails
    where (sent_at is null and given_up_at is null and created_at < ${plusSeconds(now, -unsentMinutes * 60)})
      or (given_up_why = 'failed' and given_up_at > ${plusSeconds(now, -givenUpHours * 3600)})
    group by 1 order by 1`.execute(db);
  return rows.map(({ subject, ids, count }) => ({ kind: 'mail', subject, detail: countAndName(ids, count) }));
}
