import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, cpSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import type { Postgres } from '../../src/sandbox/postgres.ts';

/**
 * Copies the files of a running cluster (PostgreSQL's manual, 25.3.3: a base backup by the low-level API), so that the copy can start as
 * the original stood when this began, or as a standby that follows it.
 */
export async function copyCluster(running: Postgres, from: string, to: string, { asStandby = false } = {}): Promise<void> {
  const client = new pg.Client({ connectionString: running.url });
  await client.connect();
  await client.query("select pg_backup_start('copy', true)");
  cpSync(from, to, { recursive: true, filter: (source) => !/postmaster\.(pid|opts)$/.test(source), verbatimSymlinks: true });
  const { rows } = await client.query('select labelfile from pg_backup_stop(false)');
  await client.end();
  writeFileSync(path.join(to, 'backup_label'), rows[0].labelfile);
  if (asStandby) appendFileSync(path.join(to, 'standby.signal'), '');
  else cpSync(path.join(from, 'pg_wal'), path.join(to, 'pg_wal'), { recursive: true }); // up to where the copying ended
  const { uid, gid } = statSync(from);
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', `${uid}:${gid}`, to]);
  chmodSync(to, 0o700);
}
