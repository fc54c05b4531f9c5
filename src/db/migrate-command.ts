import { ConfigError } from '../config.ts';
import { createDatabase, createPool, type Pool } from './database.ts';
import { migrate, migrationStates, readPendingMigrations } from './migrate.ts';

/** What was typed after `npm run migrate --`. */
export type MigrateWords = { status?: boolean; dryRun?: boolean };

/** Brings the database at this address up to date, a line for each file; or says which files it has, or the SQL that would run. */
export async function migrateCommand(url: string | undefined, { status, dryRun }: MigrateWords): Promise<void> {
  if (!url) throw new ConfigError(['DATABASE_URL is needed']);
  const pool = createPool(url, { name: 'migrate', max: 2 });
  try {
    console.log(dryRun ? await tellWhatWouldRun(pool) : await tellStates(pool, status));
  } finally {
    await pool.end();
  }
}

async function tellStates(pool: Pool, onlyStatus = false): Promise<string> {
  const states = onlyStatus ? await migrationStates(pool) : (await migrate(pool)).map((name) => ({ name, applied: true }));
  const lines = states.map(({ name, applied }) => `${applied ? 'applied ' : 'pending '} ${name}`);
  return lines.join('\n') || upToDate;
}

async function tellWhatWouldRun(pool: Pool): Promise<string> {
  const pending = await readPendingMigrations(createDatabase(pool));
  const files = pending.map(({ name, text }) => `-- sql/migrations/${name}.sql\n${text.trimEnd()}\n`);
  return files.length > 0 ? [queueComesFirst, ...files].join('\n') : upToDate;
}

const queueComesFirst = '-- Before these the job queue brings its own tables up to date.\n';
const upToDate = 'the database is up to date';
