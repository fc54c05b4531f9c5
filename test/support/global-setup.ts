import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeStripeSchema } from '../../scripts/stripe-schema.ts';
import { startPostgres } from '../../src/sandbox/postgres.ts';
import { findRunning } from '../../src/sandbox/postgres-cluster.ts';
import { isAlive } from '../../src/sandbox/processes.ts';
import { findChromium } from './browser.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a database of a Postgres superuser, where a test file makes databases of its own. */
    postgresUrl: string;
  }
}

const folderName = /^gratis-test-(\d+)-/;

/** One Postgres for the whole run, thrown away after it, or the one that TEST_DATABASE_URL names. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!findChromium() && process.env.REQUIRE_BROWSER !== '1') {
    console.warn('Browser tests are skipped: no Chromium was found (set CHROMIUM to the path of one).');
  }
  await makeStripeSchema();
  if (process.env.TEST_DATABASE_URL) {
    project.provide('postgresUrl', process.env.TEST_DATABASE_URL);
    return undefined;
  }
  removeLeftOvers();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `gratis-test-${process.pid}-`));
  fs.chmodSync(folder, 0o755); // where the tests run as root, Postgres runs as somebody else
  const postgres = await startPostgres({ dir: path.join(folder, 'postgres'), test: true, settings: { max_connections: '300' } });
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  };
}

/** Ends and deletes what a run left that was killed before it could. */
function removeLeftOvers(): void {
  for (const name of fs.readdirSync(os.tmpdir())) {
    const owner = folderName.exec(name)?.[1];
    if (!owner || isAlive(Number(owner))) {
      continue;
    }
    const folder = path.join(os.tmpdir(), name);
    const running = findRunning(path.join(folder, 'postgres'));
    try {
      if (running) {
        process.kill(running.pid, 'SIGQUIT');
      }
      fs.rmSync(folder, { recursive: true, force: true });
    } catch {
      // it belongs to another account, or another run was faster: not ours to delete
    }
  }
}
