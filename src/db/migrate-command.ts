import { ConfigError } from '../config.ts';
import { createPool } from './database.ts';
import { migrate, migrationStates } from './migrate.ts';

/** What was typed after `npm run migrate --`. */
export type MigrateWords = { status?: boolean; dryRun?: boolean };

/** Brings the database at this address up to date, or says what would be done; a line for each file. */
export async function migrateCommand(url: string | undefined, { status, dryRun }: MigrateWords): Promise<void> {
  if (!url) throw new ConfigError(['DATABASE_URL is needed']);
  const pool = createPool(url, { name: 'migrate', max: 2 });
  try {
    const states =
      status || dryRun ? await migrationStates(pool) : (await migrate(pool)).map((name) => ({ name, applied: true }));
    const lines = states.map(({ name, applied }) => `${applied ? 'applied ' : 'pending '} ${name}`);
    console.log(lines.length ? lines.join('\n') : 'the database is up to date');
  } finally {
    await pool.end();
  }
}
