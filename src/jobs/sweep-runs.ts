import { sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { Services } from '../services.ts';

/** Something that is due by itself. It runs at most once at a time over all processes, and must be safe to break off. */
export type Sweep = {
  readonly name: string;
  readonly everySeconds: number;
  /** Once a day, at this hour in the newsroom's time zone. */
  readonly atHour?: number;
  /** It asks long questions, and has connections that wait for them. */
  readonly isLong?: boolean;
  run(services: Services): Promise<unknown>;
};

type Needs = Pick<Services, 'db' | 'config'>;

/** One that failed, or that nobody finished, is tried again after this long, or sooner where it is due more often. */
const secondsAfterFailure = 60;

/** What a sweep remembers from one run to the next. */
export type SweepState = Record<string, unknown>;

/**
 * Writes down that a sweep begins, if it is due by what is written there (`force`: in any case). Answers how many seconds are left
 * where it is not; 0: it has begun. Wall time, by the database's clock, so that all processes agree and a restart changes nothing.
 */
export async function beginSweep({ db, config }: Needs, sweep: Sweep, force: boolean): Promise<number> {
  const { name, everySeconds } = sweep;
  const dueAt = dueAtOf(sweep, config.newsroom.time_zone);
  const begun = await sql`
    insert into sweep_runs as run (name, every_seconds, started_at) values (${name}, ${Math.ceil(everySeconds)}, clock_timestamp())
    on conflict (name) do update set every_seconds = excluded.every_seconds, started_at = clock_timestamp()
    where ${force} or ${dueAt} <= clock_timestamp()
    returning name`.execute(db);
  if (begun.rows.length > 0) {
    return 0;
  }
  const { rows } = await sql<{ seconds: number }>`
    select extract(epoch from ${dueAt} - clock_timestamp())::float8 as seconds from sweep_runs run where name = ${name}`.execute(
    db,
  );
  return Math.max(rows[0]?.seconds ?? 0, 0.001);
}

/** Writes down how it ended. */
export async function endSweep({ db }: Pick<Services, 'db'>, name: string, outcome: 'done' | 'failed'): Promise<void> {
  const column = outcome === 'done' ? 'finished_at' : 'failed_at';
  await db
    .updateTable('sweep_runs')
    .set({ [column]: sql<Date>`clock_timestamp()` })
    .where('name', '=', name)
    .execute();
}

/** What it remembers; nothing at first. */
export async function loadSweepState(db: Database, name: string): Promise<SweepState> {
  const row = await db.selectFrom('sweep_runs').select('state').where('name', '=', name).executeTakeFirst();
  return (row?.state ?? {}) as SweepState;
}

/** Has it remember this instead, also where it was run by hand and never by itself. */
export async function saveSweepState(db: Database, name: string, state: SweepState): Promise<void> {
  const json = JSON.stringify(state);
  await sql`
    insert into sweep_runs (name, every_seconds, started_at, state) values (${name}, 0, clock_timestamp(), ${json}::jsonb)
    on conflict (name) do update set state = excluded.state`.execute(db);
}

/** When the next run is due, as an expression over the row `run`. */
function dueAtOf({ everySeconds, atHour }: Sweep, timeZone: string) {
  const soon = sql`make_interval(secs => least(${everySeconds}::float8, ${secondsAfterFailure}))`;
  const next =
    atHour === undefined
      ? sql`run.finished_at + make_interval(secs => ${everySeconds}::float8)`
      : sql`(date_trunc('day', run.finished_at at time zone ${timeZone} - make_interval(hours => ${atHour}))
          + make_interval(days => 1, hours => ${atHour})) at time zone ${timeZone}`;
  return sql`case
    when coalesce(greatest(run.finished_at, run.failed_at) < run.started_at, true) then run.started_at + ${soon}
    when coalesce(run.failed_at > run.finished_at, run.finished_at is null) then run.failed_at + ${soon}
    else ${next}
  end`;
}
