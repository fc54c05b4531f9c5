import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { createPool } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { startPostgres } from '../../src/sandbox/postgres.ts';
import { findRunning } from '../../src/sandbox/postgres-cluster.ts';
import { fillBooks } from './fill.ts';

/** A Postgres of the run's own that keeps what it was given (fsync and synchronous_commit are on), and databases in it. */
export type Ground = {
  /** The address of a new, migrated database without a row. */
  emptyDatabase(): Promise<string>;
  /** The address of the database that holds so many gifts; made the first time, kept for the run. */
  filledDatabase(gifts: number): Promise<string>;
  /** Process id of the Postgres. */
  postgresPid: number;
  query<Row>(database: string, text: string, values?: unknown[]): Promise<Row[]>;
  close(): Promise<void>;
};

const settings = { max_connections: '100', shared_buffers: '512MB', max_wal_size: '4GB' };

export async function openGround(): Promise<Ground> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `gratis-test-${process.pid}-bench-`));
  fs.chmodSync(folder, 0o755); // where this runs as root, Postgres runs as somebody else
  const dir = path.join(folder, 'postgres');
  const postgres = await startPostgres({ dir, settings });
  const template = addressOf(postgres.url, 'empty');
  await query(postgres.url, 'create database empty');
  const pool = createPool(template, { name: 'bench', max: 2 });
  await migrate(pool);
  await pool.end();
  let made = 0;
  const filled = new Map<number, Promise<string>>();
  const copy = async (name: string) => {
    await query(postgres.url, `create database ${name} template empty`);
    return addressOf(postgres.url, name);
  };
  const fill = async (gifts: number) => {
    const address = await copy(`filled_${gifts}`);
    await fillBooks(address, gifts);
    return address;
  };
  return {
    emptyDatabase: () => copy(`bench_${++made}`),
    filledDatabase(gifts) {
      const found = filled.get(gifts) ?? fill(gifts);
      filled.set(gifts, found);
      return found;
    },
    postgresPid: findRunning(dir)!.pid,
    query,
    async close() {
      await postgres.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function query<Row>(database: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}

function addressOf(adminUrl: string, name: string): string {
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.href;
}
