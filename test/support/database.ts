import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createDatabase, createPool, type Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';

/** A migrated database of a test file's own. */
export type TestDatabase = {
  url: string;
  pool: pg.Pool;
  db: Database;
  /** Forbids or allows new connections, and ends those that are there: Postgres seems down to everybody else. */
  setReachable(reachable: boolean): Promise<void>;
  close(): Promise<void>;
};

const template = 'gratis_template';
const templateLock = 7_001;

/** Copies the migrated template into a new database; the first caller of a run makes the template. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const adminUrl = inject('postgresUrl');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(adminUrl, async (admin) => {
    await admin.query('select pg_advisory_lock($1)', [templateLock]);
    await ensureTemplate(admin, adminUrl);
    await admin.query(`create database ${name} template ${template}`);
  });
  const url = databaseUrl(adminUrl, name);
  const pool = createPool(url, { name: 'test', max: 4 });
  return {
    url,
    pool,
    db: createDatabase(pool),
    setReachable: (reachable) => withClient(adminUrl, (admin) => setReachable(admin, name, reachable)),
    async close() {
      await pool.end().catch(() => undefined);
      await withClient(adminUrl, (admin) => admin.query(`drop database if exists ${name} with (force)`));
    },
  };
}

async function ensureTemplate(admin: pg.Client, adminUrl: string): Promise<void> {
  const found = await admin.query('select from pg_database where datname = $1', [template]);
  if (found.rowCount) return;
  await admin.query(`create database ${template}_draft`);
  const pool = createPool(databaseUrl(adminUrl, `${template}_draft`), { name: 'template', max: 2 });
  await migrate(pool);
  await pool.end();
  await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [`${template}_draft`]);
  await admin.query(`alter database ${template}_draft rename to ${template}`);
}

async function setReachable(admin: pg.Client, name: string, reachable: boolean): Promise<void> {
  await admin.query(`alter database ${name} with allow_connections ${reachable}`);
  if (!reachable) {
    await admin.query('select pg_terminate_backend(pid, 10000) from pg_stat_activity where datname = $1', [name]); // ms it waits
  }
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseUrl(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
