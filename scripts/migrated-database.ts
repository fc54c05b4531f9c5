import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type pg from 'pg';
import { createPool } from '../src/db/database.ts';
import { migrate } from '../src/db/migrate.ts';
import { startPostgres } from '../src/sandbox/postgres.ts';

/**
 * Lets `work` look at a migrated database: the one that `--url` names, as it is, or else a new one in a Postgres of its own
 * that is thrown away afterwards.
 */
export async function withMigratedDatabase<Result>(work: (pool: pg.Pool) => Promise<Result>): Promise<Result> {
  const { values } = parseArgs({ options: { url: { type: 'string' } } });
  if (values.url) {
    return withPool(values.url, work);
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gratis-scripts-'));
  fs.chmodSync(folder, 0o755); // where this runs as root, Postgres runs as somebody else
  const postgres = await startPostgres({ dir: path.join(folder, 'postgres'), test: true });
  try {
    return await withPool(postgres.url, async (pool) => {
      await migrate(pool);
      return work(pool);
    });
  } finally {
    await postgres.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function withPool<Result>(url: string, work: (pool: pg.Pool) => Promise<Result>): Promise<Result> {
  const pool = createPool(url, { name: 'scripts', max: 2 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}
