import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, createPool, type Pool } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { readExportRequest } from '../../src/exports/export-parameters.ts';
import { runExport } from '../../src/exports/run-export.ts';
import { newId } from '../../src/id.ts';
import { silentLog } from '../../src/log.ts';
import { silentMetrics } from '../../src/metrics.ts';
import { type Postgres, startPostgres } from '../../src/sandbox/postgres.ts';
import { keepBooks } from '../support/books.ts';
import { copyCluster } from '../support/copy-cluster.ts';
import { eventually } from '../support/eventually.ts';
import { collector, newsroomZone } from '../support/exports.ts';

describe.skipIf(process.platform === 'win32')('exports that read a replica', () => {
  let folder: string;
  let primary: Postgres;
  let replica: Postgres;
  let pool: Pool;
  let replicaPool: Pool;
  let admin: pg.Client;
  let books: ReturnType<typeof keepBooks>;
  let services: Parameters<typeof runExport>[0];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'gratis-replica-'));
    chmodSync(folder, 0o755);
    primary = await startPostgres({ dir: path.join(folder, 'primary'), test: true, settings: { synchronous_commit: 'on' } });
    pool = createPool(primary.url, { name: 'test', max: 3 });
    await migrate(pool);
    await copyCluster(primary, path.join(folder, 'primary'), path.join(folder, 'replica'), { asStandby: true });
    replica = await startPostgres({ dir: path.join(folder, 'replica'), test: true, settings: { primary_conninfo: primary.url } });
    replicaPool = createPool(replica.url, { name: 'export', max: 2 });
    admin = new pg.Client({ connectionString: replica.url });
    await admin.connect();
    const db = createDatabase(pool);
    books = keepBooks(db);
    const clock = { now: () => new Date() };
    services = { db, exportPool: pool, replicaPool, clock, newId, metrics: silentMetrics, log: silentLog };
  }, 90_000);
  afterAll(async () => {
    await Promise.allSettled([admin?.end(), replicaPool?.end(), pool?.end()]);
    await replica?.stop();
    await primary?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('wait until it has come as far as the primary was when they were asked for', async () => {
    await admin.query('select pg_wal_replay_pause()');
    await eventually(async () => {
      const { rows } = await admin.query('select pg_get_wal_replay_pause_state() as state');
      expect(rows[0].state).toBe('paused');
    });
    const { id } = await books.gift();
    const { target, text } = collector();
    const running = runExport(services, readExportRequest('donations', {}, newsroomZone), 'test', { open: () => target });
    await eventually(async () => {
      const { rows } = await admin.query("select query from pg_stat_activity where application_name = 'gratis-export'");
      expect(rows[0]?.query).toContain('pg_last_wal_replay_lsn');
    });
    expect(text()).toBe('');
    await admin.query('select pg_wal_replay_resume()');
    expect((await running).rows).toBe(1n);
    expect(text()).toContain(id);
  });

  test('read the primary where the replica is away', async () => {
    await admin.end();
    await replica.stop();
    const { id } = await books.gift();
    const { target, text } = collector();
    await runExport(services, readExportRequest('donations', {}, newsroomZone), 'test', { open: () => target });
    expect(text()).toContain(id);
  });
});
