import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fillStatement } from '../../../src/db/fill-statement.ts';
import { findReport } from '../../../src/exports/reports.ts';
import { copyWithPsql } from '../baselines/export-copy.ts';
import { issueKey } from '../finance-key.ts';
import type { Ground } from '../ground.ts';
import { sendAll } from '../load.ts';
import { type Bench, type Figure, limitOf, type Measure } from '../measure.ts';
import { type ServerProcess, startServer } from '../process.ts';
import { median } from '../rounds.ts';
import { serviceSettings } from '../settings.ts';

const megabyte = 1024 * 1024;

/** How the whole of the gifts is exported, beside psql, and what others notice of it. */
export const exporting: Measure = {
  name: 'export',
  title: 'Donations as CSV, all of them',
  async run(bench) {
    const { ground, short, gifts } = bench;
    const database = await ground.filledDatabase(gifts);
    const server = await startServer('servers/service.ts', serviceSettings({ DATABASE_URL: database }));
    const file = path.join(os.tmpdir(), `gratis-bench-${process.pid}.csv`);
    try {
      const key = await issueKey(database);
      const others = () => sendAll(server.url, 1, readerRequests(short ? 50 : 1000));
      await others();
      const idle = { ...(await others()), rss: (await server.usage()).rss };
      const stalled = short ? undefined : stall(ground, database, server.url, key);
      const seconds = { ours: [] as number[], theirs: [] as number[] };
      const firstBytes: number[] = [];
      for (let round = 0; round < (short ? 1 : 3); round += 1) {
        const ours = await download(server.url, key, file);
        seconds.ours.push(ours.seconds);
        firstBytes.push(ours.firstByteSeconds);
        const theirs = await timePsql(bench, database, file);
        if (theirs !== undefined) seconds.theirs.push(theirs);
      }
      const watched = watchMemory(server);
      const [, meanwhile] = await Promise.all([download(server.url, key, file), others()]);
      const most = await watched.stop();
      return [
        ...(seconds.theirs.length > 0
          ? [figure(bench, 'of the rate of psql’s \\copy', median(seconds.theirs) / median(seconds.ours), '×', { least: 0.9 })]
          : []),
        { what: 'all rows', value: median(seconds.ours), unit: 's' },
        figure(bench, 'first byte', median(firstBytes), 's', { most: 0.2 }),
        figure(bench, 'memory above idle', (most - idle.rss) / megabyte, 'MB', { most: 40 }),
        figure(bench, 'p99 of other requests, of that when idle', meanwhile.p99 / Math.max(1, idle.p99), '×', { most: 3 }),
        ...(stalled ? [figure(bench, 'a reader that stopped reading is let go after', await stalled, 's', { most: 62 })] : []),
      ];
    } finally {
      await server.stop();
      await rm(file, { force: true });
    }
  },
};

function figure(bench: Bench, what: string, value: number, unit: string, limit: { most: number } | { least: number }): Figure {
  return { what, value, unit, limit: limitOf(bench, limit) };
}

function ask(url: string, key: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(`${url}/v1/exports/donations`, { agent: false, headers: { authorization: `Bearer ${key}` } }, resolve).once(
      'error',
      reject,
    );
  });
}

async function download(url: string, key: string, file: string): Promise<{ seconds: number; firstByteSeconds: number }> {
  const started = performance.now();
  const since = () => (performance.now() - started) / 1000;
  const response = await ask(url, key);
  if (response.statusCode !== 200) throw new Error(`the export answered ${response.statusCode}`);
  const firstByteSeconds = since();
  await pipeline(response, createWriteStream(file));
  return { seconds: since(), firstByteSeconds };
}

/** Reads nothing of what it asked for; resolves with the seconds after which the service gave it up. */
async function stall(ground: Ground, database: string, url: string, key: string): Promise<number> {
  const response = await ask(url, key);
  const started = performance.now();
  response.on('error', () => undefined).pause();
  const given = () => ground.query(database, 'select from export_runs where id = $1 and failed_at is not null', [run]);
  const run = response.headers['x-export-run'];
  while ((await given()).length === 0) await new Promise((resolve) => setTimeout(resolve, 500));
  response.destroy();
  return (performance.now() - started) / 1000;
}

async function timePsql({ note }: Bench, database: string, file: string): Promise<number | undefined> {
  const values = { basis: 'paid', from: '', before: '', status: '', currency: '', article: '', campaign: '' };
  const started = performance.now();
  try {
    const select = fillStatement(findReport('donations')!.rows.csv!, values);
    await copyWithPsql(`${database}?options=-c%20timezone%3DEurope/Berlin`, select, file);
    return (performance.now() - started) / 1000;
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
    note('export: not compared, as there is no psql on this machine');
    return undefined;
  }
}

function watchMemory(server: ServerProcess): { stop(): Promise<number> } {
  let most = 0;
  let isOver = false;
  const look = async () => {
    while (!isOver) {
      most = Math.max(most, (await server.usage()).rss);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  const looking = look();
  return {
    async stop() {
      isOver = true;
      await looking;
      return most;
    },
  };
}

function readerRequests(count: number) {
  return Array.from({ length: count }, (_, nth) => ({
    method: 'GET' as const,
    path: `/v1/donations/don_f${nth + 1}`,
    headers: { 'x-forwarded-for': `10.1.${nth >> 8}.${nth & 255}` },
  }));
}
