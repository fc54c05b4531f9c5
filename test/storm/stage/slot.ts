import type { AddressInfo } from 'node:net';
import { createApp } from '../../../src/app.ts';
import { createPatientServer } from '../../../src/http/patient-server.ts';
import { createLiveServices } from '../../../src/live-services.ts';
import { startMailbox } from '../../../src/sandbox/mailbox.ts';
import type { Message } from '../../../src/sandbox/mailbox-messages.ts';
import { startStripeSimulator } from '../../../src/sandbox/stripe/simulator.ts';
import { setupAccount } from '../../../src/setup.ts';
import { createApiKey } from '../../../src/staff/create-api-key.ts';
import { eventually } from '../../support/eventually.ts';
import { holdToOfficialShapes } from '../../support/official-shapes.ts';
import { testConfig } from '../../support/settings.ts';
import { openStormDatabase, type StormDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { type Logbook, openLogbook } from './logbook.ts';
import { openStripeSide, type StripeSide } from './simulator.ts';
import { type StormWorker, startStormWorker } from './worker.ts';

/** A whole newsroom inside this process, used for one run after the other: service, two workers, Stripe, mail server, database. */
export type Slot = {
  /** Address of the service. */
  url: string;
  stripe: StripeSide;
  database: StormDatabase;
  webhookSecret: string;
  financeKey: string;
  adminKey: string;
  log: Logbook;
  /** Simulated time, which is the service's too. */
  now(): Date;
  mails(): Message[];
  /** `POST /_mailbox/faults`, or without an order what is in force. */
  mailFault(order?: Record<string, unknown>): Promise<{ mode: string | null; times: number; held: number }>;
  /** Those that live. */
  workers(): StormWorker[];
  /** Kills one of the workers that live, in the middle of what it does; the other one goes on. */
  killWorker(which: number): Promise<boolean>;
  /** As if a minute had passed for what dead workers held. */
  fallSilent(): Promise<void>;
  /** Starts as many anew as were killed. */
  reviveWorkers(): Promise<void>;
  /** Puts database, Stripe and mailbox back to the first state; everything must be calm. */
  reset(): Promise<void>;
  close(): Promise<void>;
};

const workerCount = 2;
const newsroom = {
  limits: { gifts_per_source_in_ten_minutes: 100_000, unpaid_gifts_in_ten_minutes: 1_000_000 },
};

/** Opens one; `adminUrl` is a Postgres superuser's address, under which it makes a database of its own. */
export async function openSlot(adminUrl: string): Promise<Slot> {
  const [database, simulator, mailbox, port] = await Promise.all([
    openStormDatabase(adminUrl),
    startStripeSimulator({ onExchange: holdToOfficialShapes }),
    startMailbox({ smtpPort: 0, httpPort: 0 }),
    freePort(),
  ]);
  const url = `http://127.0.0.1:${port}`;
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
      TRUST_PROXY: '1',
    },
    newsroom,
  );
  const log = openLogbook();
  const clock = { now: () => simulator.now() };
  const live = createLiveServices(config, { clock, log });
  const finance = await createApiKey(live, { name: 'Storm', role: 'finance' });
  const admin = await createApiKey(live, { name: 'Storm, admin', role: 'admin' });
  await live.db.insertInto('installation').values({ livemode: false }).execute();
  let born = 0;
  const bear = () => {
    born += 1;
    return startStormWorker(config, clock, log, `worker-${born}`);
  };
  let workers = await Promise.all(Array.from({ length: workerCount }, bear));
  await workers[0]!.reconcile(); // from now on a comparison knows where the last one ended
  await database.remember();
  const app = createApp(live, { onStored: () => workers.forEach((worker) => void worker.wake()) });
  const server = createPatientServer(app);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stripe = openStripeSide(simulator.url, simulator.secretKey);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stripe,
    database,
    webhookSecret: webhookSecret!,
    financeKey: finance.key,
    adminKey: admin.key,
    log,
    now: clock.now,
    mails: () => mailbox.messages(),
    async mailFault(order) {
      const response = await fetch(`${mailbox.url}/_mailbox/faults`, order && { method: 'POST', body: JSON.stringify(order) });
      return response.json() as Promise<{ mode: string | null; times: number; held: number }>;
    },
    workers: () => workers,
    async killWorker(which) {
      const victim = workers[which % Math.max(1, workers.length)];
      if (!victim || workers.length < 2) return false;
      workers = workers.filter((worker) => worker !== victim);
      victim.kill();
      await database.cutConnections(victim.name);
      await eventually(() => database.pool.query(endLeases)); // a write that is to fail may be this one
      return true;
    },
    fallSilent: () => eventually(() => fallSilent(database, () => workers.map(({ workerId }) => workerId))), // a write that is to fail may be one of these
    async reviveWorkers() {
      while (workers.length < workerCount) workers = [...workers, await bear()];
    },
    async reset() {
      log.clear();
      await Promise.all([stripe.lever('reset'), fetch(`${mailbox.url}/messages`, { method: 'DELETE' }), database.reset()]);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(workers.map((worker) => worker.stop()));
      await live.close();
      await Promise.all([simulator.close(), mailbox.close()]);
      await database.close();
    },
  };
}

/** Waits for nobody: whoever works on an event holds several, and must not wait for this in a circle. */
const endLeases = `update inbox_events set leased_until = now() where id in (
  select id from inbox_events where state = 'pending' and leased_until > now() for update skip locked
)`;

/** What nobody who lives holds has been held for a minute: nobody waits that long in a storm. What was taken since it looked who lives is not meant. */
async function fallSilent({ pool }: StormDatabase, whoLives: () => string[]): Promise<void> {
  const { rows } = await pool.query('select clock_timestamp() as now');
  const held = [whoLives(), rows[0].now];
  await pool.query(endLeases);
  await pool.query(
    "update worker_heartbeats set beat_at = beat_at - interval '1 minute' where worker_id <> all($1) and beat_at between $2::timestamptz - interval '1 minute' and $2",
    held,
  );
  await pool.query(
    `update graphile_worker._private_jobs set locked_at = locked_at - interval '1 minute'
    where locked_by <> all($1) and locked_at between $2::timestamptz - interval '1 minute' and $2`,
    held,
  );
  await pool.query(
    `update refunds set leased_until = leased_until - interval '3 minutes' where leased_until > now() - interval '1 minute'
    and not exists (select from graphile_worker.jobs where key = 'ask-for-refund:' || refunds.id and locked_by = any($1))`,
    [held[0]],
  );
}
