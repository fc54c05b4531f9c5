import Stripe from 'stripe';
import { createDatabase, createPool } from '../../src/db/database.ts';
import { newId } from '../../src/id.ts';
import { silentLog } from '../../src/log.ts';
import { silentMetrics } from '../../src/metrics.ts';
import { startStripeSimulator } from '../../src/sandbox/stripe/simulator.ts';
import type { Services } from '../../src/services.ts';
import { createStripeGateway } from '../../src/stripe/live-gateway.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { holdToOfficialShapes } from './official-shapes.ts';
import { testConfig } from './settings.ts';

/** A session as the simulator has it. */
export type SimulatedSession = {
  id: string;
  status: string;
  url: string | null;
  amount_total: number;
  client_reference_id: string;
};

/** Use cases on a database and a Stripe of their own, without a service in front and without webhooks. */
export type Ground = {
  services: Services;
  database: TestDatabase;
  stripeUrl: string;
  /** All sessions ever made, oldest first. */
  sessions(): Promise<SimulatedSession[]>;
  /** `POST /_sim/{action}`. */
  simulate(action: string, body?: unknown): Promise<void>;
  /** The next `times` requests for this path meet a fault: Stripe answers 500, or is cut off before or after it was done. */
  fail(path: string, fault: 'status' | 'cut-before' | 'cut-after' | '500-after', times?: number): Promise<void>;
  /** Pays a session with a test card. */
  pay(sessionId: string, card?: string): Promise<void>;
  close(): Promise<void>;
};

export async function openGround(options: { newsroom?: Record<string, unknown> } = {}): Promise<Ground> {
  const [database, simulator] = await Promise.all([
    openTestDatabase(),
    startStripeSimulator({ onExchange: holdToOfficialShapes }),
  ]);
  const settings = { STRIPE_SECRET_KEY: simulator.secretKey, STRIPE_API_BASE: simulator.url, DATABASE_URL: database.url };
  const config = testConfig(settings, options.newsroom);
  const access = { secretKey: simulator.secretKey, apiBase: simulator.url };
  const { hostname, port } = new URL(simulator.url);
  const client = new Stripe(simulator.secretKey, { host: hostname, port, protocol: 'http', telemetry: false });
  await client.products.create({ id: 'gratis_donation', name: 'Donation' });
  const pool = createPool(database.url, { name: 'ground', max: 8 });
  const post = async (path: string, body: BodyInit, headers: Record<string, string>) => {
    const response = await fetch(`${simulator.url}${path}`, { method: 'POST', body, headers });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  };
  const simulate = (action: string, body: unknown = {}) =>
    post(`/_sim/${action}`, JSON.stringify(body), { 'content-type': 'application/json' });
  return {
    services: {
      config,
      db: createDatabase(pool),
      exportPool: pool,
      clock: { now: () => simulator.now() },
      newId,
      log: silentLog,
      metrics: silentMetrics,
      stripe: createStripeGateway(access),
      sendMail: async () => undefined,
    },
    database,
    stripeUrl: simulator.url,
    async sessions() {
      const { data } = await client.checkout.sessions.list({ limit: 100 });
      return data.reverse() as unknown as SimulatedSession[];
    },
    simulate,
    fail: (path, fault, times = 1) => simulate('faults', { api: { method: 'POST', path, fault, times } }),
    pay: (sessionId, card = 'pm_card_visa') =>
      post(`/v1/payment_pages/${sessionId}/confirm`, `payment_method=${card}`, {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Bearer ${simulator.secretKey}`,
      }),
    async close() {
      await pool.end();
      await simulator.close();
      await database.close();
    },
  };
}
