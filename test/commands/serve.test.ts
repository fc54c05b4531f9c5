import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { type Running, runMain } from '../support/process.ts';

const settings = (database: TestDatabase) => ({
  PORT: '0',
  HOST: '127.0.0.1',
  PUBLIC_URL: 'http://127.0.0.1:3000',
  DATABASE_URL: database.url,
  STRIPE_SECRET_KEY: 'sk_test_123456789012345678901234',
  STRIPE_WEBHOOK_SECRET: 'whsec_test',
  STRIPE_API_BASE: 'http://127.0.0.1:1',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'hello@harbour.example',
  SESSION_SECRET: 'a-secret-of-tests-that-is-long-enough-to-be-taken',
  SITE_ORIGINS: 'https://www.example.org',
  NEWSROOM_FILE: 'newsroom.example.json',
});

describe('serve', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test('names every missing or malformed setting at once, no value, and exits 1', async () => {
    const run = runMain(['serve'], {
      DATABASE_URL: 'mysql://secret-host/x',
      SESSION_SECRET: 'short-secret',
      NEWSROOM_FILE: 'package.json',
    });
    expect(await run.exit).toBe(1);
    for (const name of [
      'PUBLIC_URL',
      'DATABASE_URL',
      'STRIPE_SECRET_KEY',
      'STRIPE_WEBHOOK_SECRET',
      'SMTP_URL',
      'MAIL_FROM',
      'SESSION_SECRET',
      'SITE_ORIGINS',
      'NEWSROOM_FILE',
    ]) {
      expect(run.output()).toContain(name);
    }
    expect(run.output()).not.toMatch(/secret-host|short-secret/);
  });

  test('finishes the requests in flight at SIGTERM, takes no new ones, and exits 0', async () => {
    const run = runMain(['serve'], settings(database));
    const port = await portOf(run);
    const inFlight = startSlowRequest(port);
    await inFlight.begun;
    run.child.kill('SIGTERM');
    await eventually(() => expect(refused(port)).resolves.toBe(true));
    inFlight.finish();
    expect(await inFlight.status).toBe(400);
    expect(await run.exit).toBe(0);
  });

  test('lets go of clients that keep their connections and go on asking', async () => {
    const run = runMain(['serve'], settings(database));
    const port = await portOf(run);
    const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
    const ends = new AbortController();
    const asking = [1, 2, 3, 4].map(() => askOnAndOn(port, agent, ends.signal));
    run.child.kill('SIGTERM');
    expect(await run.exit).toBe(0); // they never pause
    ends.abort();
    await Promise.all(asking);
    agent.destroy();
  });

  test('keeps what Node compiled even when it is killed: the next one starts sooner', async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gratis-test-compiled-'));
    const run = runMain(['serve'], { ...settings(database), NODE_COMPILE_CACHE: folder });
    await portOf(run);
    await eventually(() => expect(fs.readdirSync(folder, { recursive: true }).length).toBeGreaterThan(100));
    run.child.kill('SIGKILL');
    await run.exit;
    fs.rmSync(folder, { recursive: true });
  });

  test('never mixes live and test: a database of the one refuses a key of the other', async () => {
    const run = runMain(['serve'], {
      ...settings(database),
      STRIPE_SECRET_KEY: 'sk_live_123456789012345678901234',
      PUBLIC_URL: 'https://give.example.org',
    });
    expect(await run.exit).toBe(1);
    expect(run.output()).toMatch(/belongs to Stripe's test mode/);
  });
});

async function portOf(run: Running): Promise<number> {
  return eventually(() => {
    const port = /"port":(\d+)/.exec(run.output())?.[1];
    if (!port) throw new Error(`no port in: ${run.output()}`);
    return Number(port);
  });
}

function startSlowRequest(port: number) {
  const body = '{"amount":';
  const request = http.request({
    port,
    method: 'POST',
    path: '/v1/donations',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': 'in-flight-1',
      'content-length': String(body.length + 1),
      expect: '100-continue',
    },
  });
  const begun = new Promise<void>((resolve) => request.once('continue', resolve));
  const status = new Promise<number>((resolve, reject) => {
    request.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.once('error', reject);
  });
  request.write(body);
  return { begun, status, finish: () => request.end('x') };
}

/** One request after the other on a kept connection, until the port is closed. */
async function askOnAndOn(port: number, agent: http.Agent, ended: AbortSignal): Promise<void> {
  let isOpen = true;
  while (isOpen && !ended.aborted) {
    isOpen = await new Promise<boolean>((resolve) => {
      const request = http.get({ port, agent, path: '/v1/donations/don_1' }, (response) => {
        response.resume().once('end', () => resolve(true));
      });
      request.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
    });
  }
}

function refused(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/livez`).then(
    () => false,
    () => true,
  );
}
