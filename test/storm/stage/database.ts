import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createPool, type Pool } from '../../../src/db/database.ts';
import { migrate } from '../../../src/db/migrate.ts';

/** Where the storm plants a statement that fails, or a commit that does. */
export const fuses = [
  'donations',
  'checkouts',
  'inbox_events',
  'balance_transactions',
  'ledger_journals',
  'receipts',
  'mails',
  'refunds',
];

/** A database of one slot, which is put back to its first state in a few milliseconds. */
export type StormDatabase = {
  name: string;
  url: string;
  pool: Pool;
  /** Remembers what there is now as the state that `reset` comes back to. */
  remember(): Promise<void>;
  reset(): Promise<void>;
  /** Ends connections of the service; answers how many. Without a name: one of them, any. */
  cutConnections(applicationName?: string): Promise<number>;
  /** The next `times` writes into this table fail: at once, or only when they are committed. */
  burn(table: string, times: number, when: 'statement' | 'commit'): Promise<void>;
  /** No write fails any more; answers how many did. */
  mendFuses(): Promise<number>;
  close(): Promise<void>;
};

const template = 'storm_template';
const templateLock = 7_002;

/** Copies a migrated template; the first caller of a cluster makes it. `adminUrl`: a superuser's. */
export async function openStormDatabase(adminUrl: string): Promise<StormDatabase> {
  const name = `storm_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminUrl, async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [templateLock]);
    await ensureTemplate(admin, adminUrl);
    await admin.query(`create database ${name} template ${template}`);
  });
  const url = withDatabase(adminUrl, name);
  const pool = createPool(`${url}?application_name=storm`, { name: 'storm', max: 3 });
  let planned = 0;
  const mendFuses = async () => {
    const unburnt = await mendAll(pool);
    const burnt = planned - unburnt;
    planned = 0;
    return burnt;
  };
  return {
    name,
    url,
    pool,
    remember: async () => void (await pool.query('select storm.remember()')),
    reset: async () => void (await pool.query('select storm.reset()')),
    cutConnections: (applicationName) => cutConnections(pool, applicationName),
    async burn(table, times, when) {
      planned += times - (await mend(pool, `${table}_${when}`));
      await pool.query(`select setval('storm.${table}_${when}', $1)`, [-times]);
    },
    mendFuses,
    async close() {
      await pool.end().catch(() => undefined);
      await asAdmin(adminUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`));
    },
  };
}

/** How many failures a fuse still has in store, and none from now on; the sequence keeps its count whatever is rolled back. */
async function mend(pool: Pool, fuse: string): Promise<number> {
  const { rows } = await pool.query(`select last_value from storm.${fuse}`);
  const left = Math.max(0, -Number(rows[0].last_value));
  if (left > 0) await pool.query(`select setval('storm.${fuse}', 1)`);
  return left;
}

async function mendAll(pool: Pool): Promise<number> {
  const { rows } = await pool.query("select sequencename from pg_sequences where schemaname = 'storm' and last_value < 0");
  const left = await Promise.all(rows.map(({ sequencename }) => mend(pool, sequencename as string)));
  return left.reduce((sum, count) => sum + count, 0);
}

async function cutConnections(pool: Pool, applicationName: string | undefined): Promise<number> {
  const { rowCount } = await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()
      and case when $1::text is null then application_name like 'gratis%' or application_name like 'worker%' else application_name = $1 end
    order by state = 'active' desc, query_start desc
    limit case when $1::text is null then 1 end`,
    [applicationName ?? null],
  );
  return rowCount ?? 0;
}

async function ensureTemplate(admin: pg.Client, adminUrl: string): Promise<void> {
  const found = await admin.query('select from pg_database where datname = $1', [template]);
  if (found.rowCount) return;
  await admin.query(`drop database if exists ${template}_draft with (force)`);
  await admin.query(`create database ${template}_draft`);
  const pool = createPool(withDatabase(adminUrl, `${template}_draft`), { name: 'template', max: 2 });
  await migrate(pool);
  await pool.query(machinery());
  await pool.end();
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [`${template}_draft`]);
  await admin.query(`alter database ${template}_draft rename to ${template}`);
}

/** The storm's own schema beside the service's: fuses, and a memory of the first state. Triggers sleep while it is put back. */
function machinery(): string {
  const sequences = fuses.flatMap((table) => [`${table}_statement`, `${table}_commit`]);
  return `
    create schema storm;
    ${sequences.map((name) => `create sequence storm.${name} minvalue -1000 start 1;`).join('\n')}
    create function storm.burn() returns trigger language plpgsql as $$
    begin
      if nextval(('storm.' || tg_argv[0])::regclass) <= 0 then
        raise exception 'a failure that was asked for' using errcode = '40001';
      end if;
      return new;
    end $$;
    ${fuses
      .map(
        (table) => `
    create trigger storm_statement before insert or update on ${table} for each row execute function storm.burn('${table}_statement');
    create constraint trigger storm_commit after insert or update on ${table} deferrable initially deferred
      for each row execute function storm.burn('${table}_commit');`,
      )
      .join('\n')}
    create function storm.tables() returns setof regclass language sql as $$
      select pg_class.oid::regclass from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relkind = 'r' and (nspname = 'public' and relname not like 'kysely%' and relname not like '%migration%'
        or nspname = 'graphile_worker' and relname in ('_private_jobs', '_private_job_queues'))
    $$;
    create function storm.remember() returns void language plpgsql as $$
    declare one regclass; rows bigint;
    begin
      create schema storm_memory;
      create table storm_memory.filled (name regclass);
      for one in select * from storm.tables() loop
        execute format('select count(*) from %s', one) into rows;
        if rows > 0 then
          execute format('create table storm_memory.%I as table %s', one::oid::text, one);
          insert into storm_memory.filled values (one);
        end if;
      end loop;
    end $$;
    create function storm.reset() returns void language plpgsql set session_replication_role = replica as $$
    declare one regclass;
    begin
      for one in select * from storm.tables() loop
        execute format('delete from %s', one);
      end loop;
      for one in select name from storm_memory.filled loop
        execute format('insert into %s overriding system value table storm_memory.%I', one, one::oid::text);
      end loop;
    end $$;`;
}

async function asAdmin<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function withDatabase(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
