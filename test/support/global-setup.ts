import fs from 'node:fs';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { makeStripeSchema } from '../../scripts/stripe-schema.ts';
import { startPostgres } from '../../src/sandbox/postgres.ts';
import { findChromium } from './browser.ts';
import { makeThrowawayFolder } from './throwaway-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a database of a Postgres superuser, where a test file makes databases of its own. */
    postgresUrl: string;
  }
}

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
  const folder = makeThrowawayFolder('test');
  const postgres = await startPostgres({ dir: path.join(folder, 'postgres'), test: true, settings: { max_connections: '300' } });
  project.provide('postgresUrl', postgres.url);
  return async () => {
    await postgres.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  };
}
