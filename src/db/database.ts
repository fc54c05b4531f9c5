import { Kysely, PostgresDialect, type Transaction } from 'kysely';
import pg from 'pg';
import { ImpatientClient } from './impatient-client.ts';
import type { DB } from './tables.ts';

export type Database = Kysely<DB>;

export type Pool = pg.Pool;

/** One connection of a pool, until it is released. */
export type PoolClient = pg.PoolClient;

/** A transaction. Nothing asks the network while one is open. */
export type Trx = Transaction<DB>;

/** What may read: a transaction, or the database itself. */
export type Reader = Database | Trx;

const int8 = 20;
const date = 1082;
const numeric = 1700;

/** int8 as bigint, date and numeric as text: nothing passes through a float or a time zone. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: string) => {
    if (oid === int8) return (text: string) => BigInt(text);
    if (oid === date || oid === numeric) return (text: string) => text;
    return pg.types.getTypeParser(oid, format as 'text');
  }) as pg.CustomTypesConfig['getTypeParser'],
};

export type PoolOptions = {
  /** Shown by Postgres as the application's. */
  name: string;
  max?: number;
  connectTimeoutSeconds?: number;
  /** How long an answer is waited for before its connection is given up; for ever unless set. */
  answerTimeoutSeconds?: number;
  /** For a library that puts ids into JSON, which knows no bigint. */
  int8?: 'bigint' | 'text';
};

/** A pool; a connection that breaks while idle is dropped quietly, the next query finds out by itself. */
export function createPool(connectionString: string, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    Client: ImpatientClient,
    ...(options.int8 !== 'text' && { types }),
    max: options.max ?? 8,
    application_name: `gratis-${options.name}`,
    ...(options.answerTimeoutSeconds && { query_timeout: options.answerTimeoutSeconds * 1000 }),
    connectionTimeoutMillis: (options.connectTimeoutSeconds ?? 5) * 1000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  });
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));
  return pool;
}

/** Typed queries over a pool. */
export function createDatabase(pool: pg.Pool): Database {
  return new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
}
