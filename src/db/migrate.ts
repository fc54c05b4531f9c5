import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { runMigrations } from 'graphile-worker';
import { sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import type pg from 'pg';
import { createDatabase, type Database } from './database.ts';

const folder = new URL('../../sql/migrations/', import.meta.url);

/** One file of sql/migrations and whether this database has it. */
export type MigrationState = { name: string; applied: boolean };

/**
 * Brings the database up to date; safe twice and at once (an advisory lock lets one work, the others wait). Throws where a file
 * that was applied has been changed since. Answers the names that were applied now.
 */
export async function migrate(pool: pg.Pool): Promise<string[]> {
  const db = createDatabase(pool);
  await runMigrations({ pgPool: pool });
  const files = await readMigrations();
  const { error, results } = await migrator(db, files).migrateToLatest();
  if (error) {
    throw error;
  }
  await checkSums(db, files);
  return (results ?? []).map((result) => result.migrationName);
}

/** Every migration, and whether it is applied; changes nothing. */
export async function migrationStates(pool: pg.Pool): Promise<MigrationState[]> {
  const files = await readMigrations();
  const applied = await appliedNames(createDatabase(pool));
  return [...files.keys()].map((name) => ({ name, applied: applied.has(name) }));
}

/** The names of the migrations that this database still lacks. */
export async function findPendingMigrations(db: Database): Promise<string[]> {
  return (await readPendingMigrations(db)).map(({ name }) => name);
}

/** The migrations that this database still lacks, in order, as SQL; changes nothing. */
export async function readPendingMigrations(db: Database): Promise<{ name: string; text: string }[]> {
  const [files, applied] = [await readMigrations(), await appliedNames(db)];
  return [...files].filter(([name]) => !applied.has(name)).map(([name, text]) => ({ name, text }));
}

async function appliedNames(db: Database): Promise<Set<string>> {
  const exists = await sql<{ exists: boolean }>`select to_regclass('gratis_migrations') is not null as exists`.execute(db);
  if (!exists.rows[0]?.exists) {
    return new Set();
  }
  const rows = await sql<{ name: string }>`select name from gratis_migrations`.execute(db);
  return new Set(rows.rows.map((row) => row.name));
}

function migrator(db: Database, files: Map<string, string>): Migrator {
  return new Migrator({
    db,
    migrationTableName: 'gratis_migrations',
    migrationLockTableName: 'gratis_migrations_lock',
    provider: {
      getMigrations: async () => Object.fromEntries([...files].map(([name, text]) => [name, toMigration(text)])),
    },
  });
}

async function readMigrations(): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}_\w+\.sql$/.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  return new Map(names.map((name, index) => [name.replace(/\.sql$/, ''), texts[index]!]));
}

function toMigration(text: string): Migration {
  return { up: async (trx) => void (await sql.raw(text).execute(trx)) };
}

const checkSumLock = 7_002;

/** Keeps the hash of each file when it is first applied, and refuses one that changed since; one process at a time. */
async function checkSums(db: Database, files: Map<string, string>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${checkSumLock})`.execute(trx);
    await sql`create table if not exists gratis_migration_checksums (name text primary key, sha256 text not null)`.execute(trx);
    for (const [name, text] of files) {
      const sha256 = createHash('sha256').update(text).digest('hex');
      const kept = await sql<{ sha256: string }>`insert into gratis_migration_checksums (name, sha256) values (${name}, ${sha256})
        on conflict (name) do update set name = excluded.name returning sha256`.execute(trx);
      if (kept.rows[0]?.sha256 !== sha256) {
        throw new Error(`migration ${name} was changed after it was applied`);
      }
    }
  });
}
