import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { createDatabase, createPool, type Pool } from './db/database.ts';
import { newId } from './id.ts';
import { createLog, type Log } from './log.ts';
import { createSendMail } from './mail/smtp.ts';
import { createMetrics } from './operations/metrics.ts';
import type { Services } from './services.ts';
import { type BreakerOptions, createBreaker } from './stripe/breaker.ts';
import { bulkReadsASecond } from './stripe/bulk-pace.ts';
import type { StripeGateway } from './stripe/gateway.ts';
import { createStripeGateway } from './stripe/live-gateway.ts';
import { measureGateway } from './stripe/measured-gateway.ts';

/** The real services of one process, and what has to be closed when it ends. */
export type LiveServices = Services & {
  /** The pool behind `db`. */
  readonly pool: Pool;
  /** For working through what Stripe told: with a budget of its own, so that a backlog never takes Stripe from readers. */
  readonly bulkStripe: StripeGateway;
  /** The same services for comparing and bringing in: connections that wait for long answers, and Stripe at a bulk pace. */
  readonly long: Services;
  /** The jobs' own connections, so that a burst of readers cannot starve them. */
  readonly jobsPool: Pool;
  close(): Promise<void>;
};

/** Connects nothing yet: pools and clients open their connections when they are first used. */
export function createLiveServices(
  config: Config,
  options: { clock?: Clock; log?: Log; breaker?: BreakerOptions } = {},
): LiveServices {
  const log = options.log ?? createLog(config.logLevel);
  const pool = createPool(config.databaseUrl, { name: 'web', max: 10, answerTimeoutSeconds: 15 });
  const jobsPool = createPool(config.databaseUrl, { name: 'jobs', max: 8, int8: 'text' });
  const longPool = createPool(config.databaseUrl, { name: 'long', max: 3 });
  const exportPool = createPool(config.databaseUrl, { name: 'export', max: 2 });
  const replicaUrl = config.databaseReplicaUrl;
  const replicaPool = replicaUrl ? createPool(replicaUrl, { name: 'export', max: 2 }) : undefined;
  const metrics = createMetrics();
  const { secretKey, apiBase, livemode } = config.stripe;
  const breaker = createBreaker({
    ...options.breaker,
    onChange(state) {
      metrics.stripeBreakerIs(state);
      log.warn('the breaker between this process and Stripe', { state });
    },
  });
  const stripe = createStripeGateway({ secretKey, apiBase });
  const callsASecond = livemode && apiBase === undefined ? bulkReadsASecond : undefined;
  const sendMail = createSendMail({ smtpUrl: config.mail.smtpUrl, from: config.mail.from });
  const services: Services = {
    config,
    log,
    newId,
    clock: options.clock ?? systemClock,
    db: createDatabase(pool),
    metrics,
    stripe: breaker.guard(measureGateway(stripe, metrics), 'readers'),
    exportPool,
    replicaPool,
    sendMail,
  };
  const bulkGateway = createStripeGateway({ secretKey, apiBase, callsASecond });
  const bulkStripe = breaker.guard(measureGateway(bulkGateway, metrics), 'bulk');
  return {
    ...services,
    pool,
    bulkStripe,
    long: { ...services, db: createDatabase(longPool), stripe: bulkStripe },
    jobsPool,
    async close() {
      await Promise.allSettled([pool.end(), jobsPool.end(), exportPool.end(), replicaPool?.end(), longPool.end()]);
      sendMail.close();
    },
  };
}

/** For one command: the services while `use` works with them, closed after it. */
export async function withLiveServices(config: Config, use: (live: LiveServices) => Promise<unknown>): Promise<void> {
  const live = createLiveServices(config);
  try {
    await use(live);
  } finally {
    await live.close();
  }
}
