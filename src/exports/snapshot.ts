import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database, Pool, PoolClient } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';

/** A connection of the export pool that sees the books as they were at one moment, whatever is written meanwhile. */
export type Snapshot = PoolClient;

export type SnapshotSource = Pick<Services, 'exportPool' | 'replicaPool' | 'db' | 'log'>;

const settings = {
  statement_timeout: '30min', // a slow reader's time counts as well
  idle_in_transaction_session_timeout: '2min',
  lock_timeout: '10s',
  jit: 'off', // it would compile for longer than it saves
};
/** How long a replica may take to come as far as the primary; then the primary is read. */
const replicaPatienceSeconds = 5;

/** The other ways to read in order. */
const others = ['enable_hashjoin', 'enable_mergejoin', 'enable_sort', 'enable_gathermerge'];

/**
 * Lets `work` read one snapshot in which instants are written in `timeZone`. The connection is given back afterwards; where `work`
 * throws it is closed, since it may be in the middle of a COPY. Where there is a replica it is read, once it has come as far as the
 * primary behind `db` is now; the primary where that takes too long. Throws the AppError `export-not-possible` for a time zone that
 * Postgres does not know.
 */
export async function withSnapshot<Result>(
  source: SnapshotSource,
  timeZone: string,
  work: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  const client = await connect(source);
  const ignore = () => undefined; // a connection that is cut off says so to whoever waits for it
  client.on('error', ignore);
  let failed: Error | undefined;
  try {
    await client.query('begin isolation level repeatable read read only');
    await configure(client, timeZone);
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    failed = error instanceof Error ? error : new Error('a snapshot was given up');
    throw error;
  } finally {
    client.release(failed);
    client.off('error', ignore);
  }
}

/** Whether a statement whose rows an index has in order is read along it, row by row, or as the planner chooses. */
export async function readInIndexOrder(snapshot: Snapshot, isSo: boolean): Promise<void> {
  await snapshot.query(others.map((name) => `set local ${name} to ${isSo ? 'off' : 'default'}`).join(';'));
}

async function set(client: Snapshot, values: Record<string, string>): Promise<void> {
  await client.query('select set_config(name, value, true) from unnest($1::text[], $2::text[]) as setting (name, value)', [
    Object.keys(values),
    Object.values(values),
  ]);
}

async function configure(client: Snapshot, timeZone: string): Promise<void> {
  await set(client, settings);
  try {
    await set(client, { TimeZone: timeZone });
  } catch (error) {
    throw new AppError('export-not-possible', 'Some parameters are wrong.', {
      errors: [{ pointer: '/tz', detail: 'is no time zone that the database knows' }],
      cause: error,
    });
  }
}

async function connect({ exportPool, replicaPool, db, log }: SnapshotSource): Promise<Snapshot> {
  const replica = replicaPool && connectToReplica(replicaPool, db);
  const client = await replica?.catch((error: unknown) => {
    log.warn('the replica cannot be read, and an export reads the primary', { error });
    return undefined;
  });
  return client ?? exportPool.connect();
}

async function connectToReplica(replicaPool: Pool, db: Database): Promise<Snapshot> {
  const client = await replicaPool.connect();
  try {
    await catchUp(client, db);
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function catchUp(client: Snapshot, db: Database): Promise<void> {
  const { rows } = await client.query('select pg_is_in_recovery() as is_replica');
  if (!rows[0].is_replica) {
    throw new Error('it is no replica (any more)');
  }
  const primary = await sql<{ position: string }>`select pg_current_wal_lsn()::text as position`.execute(db);
  for (let turn = 0; turn < replicaPatienceSeconds * 10; turn += 1) {
    const replica = await client.query('select pg_last_wal_replay_lsn() >= $1::pg_lsn as is_there', [primary.rows[0]!.position]);
    if (replica.rows[0].is_there) return;
    await pause(100);
  }
  throw new Error('it is behind');
}
