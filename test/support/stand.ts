import net from 'node:net';
import Stripe from 'stripe';
import type { Config } from '../../src/config.ts';
import { createLiveServices, type LiveServices } from '../../src/live-services.ts';
import { type Log, silentLog } from '../../src/log.ts';
import { startMailbox } from '../../src/sandbox/mailbox.ts';
import { startSite } from '../../src/sandbox/site.ts';
import { startStripeSimulator } from '../../src/sandbox/stripe/simulator.ts';
import { type RunningService, startService } from '../../src/serve.ts';
import { setupAccount } from '../../src/setup.ts';
import { createApiKey } from '../../src/staff/create-api-key.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { eventually } from './eventually.ts';
import { holdToOfficialShapes } from './official-shapes.ts';
import { testConfig } from './settings.ts';

/** A mail as the mailbox shows it. */
export type ReceivedMail = {
  id: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Record<string, string>;
};

/** A whole service on its own database, with its own Stripe and its own mail server, in this process. */
export type Stand = {
  config: Config;
  live: LiveServices;
  database: TestDatabase;
  service: RunningService;
  /** Address of the service. */
  url: string;
  stripe: Stripe;
  stripeUrl: string;
  mailboxUrl: string;
  /** The demo newspaper, on an origin of its own, with the widget under its articles. */
  site: { url: string; articles: { title: string; url: string }[] };
  /** An API key with the finance role. */
  financeKey: string;
  /** `POST /_sim/{action}`. */
  simulate(action: string, body?: unknown): Promise<unknown>;
  /** Moves Stripe's and the service's clock. */
  advance(seconds: number): Promise<void>;
  mails(to?: string): Promise<ReceivedMail[]>;
  /** Resolves when Stripe has delivered all it had, and inbox, jobs and mails have nothing left that is due. */
  settle(): Promise<void>;
  close(): Promise<void>;
};

export type StandOptions = {
  newsroom?: Record<string, unknown>;
  environment?: Record<string, string>;
  log?: Log;
  /** A migrated one; absent: one of its own. */
  database?: TestDatabase;
};

export async function openStand(options: StandOptions = {}): Promise<Stand> {
  const [database, simulator, mailbox, port] = await Promise.all([
    options.database ?? openTestDatabase(),
    startStripeSimulator({ onExchange: holdToOfficialShapes }),
    startMailbox({ smtpPort: 0, httpPort: 0 }),
    freePort(),
  ]);
  const url = `http://127.0.0.1:${port}`;
  const site = await startSite({ port: 0, serviceUrl: url });
  const { webhookSecret } = await setupAccount({
    secretKey: simulator.secretKey,
    apiBase: simulator.url,
    publicUrl: url,
    newsroomName: 'The Harbour Light',
  });
  const config = testConfig(
    {
      PORT: String(port),
      PUBLIC_URL: url,
      DATABASE_URL: database.url,
      STRIPE_SECRET_KEY: simulator.secretKey,
      STRIPE_API_BASE: simulator.url,
      STRIPE_WEBHOOK_SECRET: webhookSecret!,
      SMTP_URL: mailbox.smtpUrl,
      SITE_ORIGINS: `https://www.example.org,${new URL(site.url).origin}`,
      ...options.environment,
    },
    options.newsroom,
  );
  const live = createLiveServices(config, { clock: { now: () => simulator.now() }, log: options.log ?? silentLog });
  const service = await startService(live);
  const { key } = await createApiKey(live, { name: 'Tests', role: 'finance' });
  const simulate = (action: string, body: unknown = {}) => postJson(`${simulator.url}/_sim/${action}`, body);
  return {
    config,
    live,
    database,
    service,
    url,
    stripe: stripeClient(simulator),
    stripeUrl: simulator.url,
    mailboxUrl: mailbox.url,
    site,
    financeKey: key,
    simulate,
    advance: async (seconds) => void (await simulate('clock/advance', { seconds })),
    mails: async (to) =>
      (await fetch(`${mailbox.url}/messages${to ? `?to=${encodeURIComponent(to)}` : ''}`)).json() as Promise<ReceivedMail[]>,
    settle: () => settle(database, simulate),
    async close() {
      await service.stop();
      await Promise.all([simulator.close(), mailbox.close(), site.close()]);
      await database.close();
    },
  };
}

async function settle(database: TestDatabase, simulate: (action: string) => Promise<unknown>): Promise<void> {
  await eventually(async () => {
    await simulate('settle');
    const { rows } = await database.pool.query(`select
      (select count(*) from inbox_events where state = 'pending' and attempts = 0)
      + (select count(*) from graphile_worker.jobs where attempts < max_attempts and run_at <= now())
      + (select count(*) from donations where follow_up_at is not null) as waiting`);
    if (rows[0].waiting !== 0n) throw new Error(`${rows[0].waiting} things are still waiting`);
  });
}

function stripeClient({ url, secretKey }: { url: string; secretKey: string }): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(secretKey, { host: hostname, port, protocol: 'http', telemetry: false });
}

async function postJson(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
