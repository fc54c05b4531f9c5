import http from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { startMailbox } from '../../src/sandbox/mailbox.ts';
import { startStripeSimulator } from '../../src/sandbox/stripe/simulator.ts';
import { setupAccount } from '../../src/setup.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { holdToOfficialShapes } from './official-shapes.ts';
import { type Running, runMain } from './process.ts';
import { freePort } from './stand.ts';

/** The service as a process of its own that logs all it can, with everything it prints and everything it asks Stripe for. */
export type WatchedService = {
  url: string;
  database: TestDatabase;
  process: Running;
  stripe: Stripe;
  stripeUrl: string;
  secretKey: string;
  mailboxUrl: string;
  /** Method and address of every request that came to Stripe, its headers too. */
  asked: string[];
  /** Cuts every connection to Stripe off, or no longer. */
  setStripeReachable(reachable: boolean): void;
  simulate(action: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
};

export async function startWatchedService(): Promise<WatchedService> {
  const [database, simulator, mailbox, port] = await Promise.all([
    openTestDatabase(),
    startStripeSimulator({ onExchange: holdToOfficialShapes }),
    startMailbox({ smtpPort: 0, httpPort: 0 }),
    freePort(),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const { secretKey } = simulator;
  const { webhookSecret } = await setupAccount({
    secretKey,
    apiBase: simulator.url,
    publicUrl: url,
    newsroomName: 'The Harbour Light',
  });
  const line = await tapLine(simulator.url);
  const process = runMain(['serve'], {
    PORT: String(port),
    HOST: '127.0.0.1',
    PUBLIC_URL: url,
    DATABASE_URL: database.url,
    STRIPE_SECRET_KEY: secretKey,
    STRIPE_WEBHOOK_SECRET: webhookSecret!,
    STRIPE_API_BASE: line.url,
    SMTP_URL: mailbox.smtpUrl,
    MAIL_FROM: 'The Harbour Light <hello@harbour.example>',
    SESSION_SECRET: 'a-secret-of-tests-that-is-long-enough-to-be-taken',
    SITE_ORIGINS: 'https://www.example.org',
    NEWSROOM_FILE: 'newsroom.example.json',
    LOG_LEVEL: 'debug',
  });
  await eventually(async () => {
    if (!(await fetch(`${url}/readyz`)).ok) throw new Error(process.output());
  });
  const simulatorAddress = new URL(simulator.url);
  return {
    url,
    database,
    process,
    stripe: new Stripe(secretKey, {
      host: simulatorAddress.hostname,
      port: simulatorAddress.port,
      protocol: 'http',
      telemetry: false,
    }),
    stripeUrl: simulator.url,
    secretKey,
    mailboxUrl: mailbox.url,
    asked: line.asked,
    setStripeReachable: line.setReachable,
    async simulate(action, body = {}) {
      const headers = { 'content-type': 'application/json' };
      return (await fetch(`${simulator.url}/_sim/${action}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    },
    async close() {
      process.child.kill('SIGTERM');
      await process.exit;
      await Promise.all([simulator.close(), mailbox.close(), line.close()]);
      await database.close();
    },
  };
}

/** Hands requests on to another server, and notes what they ask for. */
async function tapLine(target: string) {
  const asked: string[] = [];
  let isReachable = true;
  const server = http.createServer((request, response) => {
    const { method, url, headers } = request;
    asked.push(`${method} ${url} ${JSON.stringify(headers)}`);
    if (!isReachable) {
      request.socket.destroy();
      return;
    }
    const onward = http.request(target + url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    setReachable: (reachable: boolean) => {
      isReachable = reachable;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
