import { systemClock } from '../../src/clock.ts';
import { createPool } from '../../src/db/database.ts';
import { newId } from '../../src/id.ts';
import { type RunningJobs, startJobs, type Tasks } from '../../src/jobs/run-jobs.ts';
import { silentLog } from '../../src/log.ts';
import { sendQueuedMail } from '../../src/mail/send-queued-mail.ts';
import { createSendMail } from '../../src/mail/smtp.ts';
import { silentMetrics } from '../../src/metrics.ts';
import { startMailbox } from '../../src/sandbox/mailbox.ts';
import type { Message } from '../../src/sandbox/mailbox-messages.ts';
import type { Services } from '../../src/services.ts';
import type { StripeGateway } from '../../src/stripe/gateway.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';
import { testConfig } from './settings.ts';

/** What letters need and no more: a database, a mail server, and services that ask Stripe nothing. */
export type PostRoom = {
  services: Services;
  database: TestDatabase;
  smtpUrl: string;
  mails(to?: string): Message[];
  /** `POST /_mailbox/faults`. */
  orderFault(order: Record<string, unknown>): Promise<void>;
  heldAnswers(): Promise<number>;
  /** Runs jobs in this process until the room closes; those not named do nothing. */
  runJobs(tasks?: Partial<Tasks>): Promise<RunningJobs>;
  /** Failed jobs are not waited for: they are due now. */
  hurry(): Promise<void>;
  close(): Promise<void>;
};

const noStripe = new Proxy({} as StripeGateway, {
  get() {
    throw new Error('letters ask Stripe nothing');
  },
});

export async function openPostRoom(
  options: { newsroom?: Record<string, unknown>; environment?: Record<string, string>; services?: Partial<Services> } = {},
): Promise<PostRoom> {
  const [database, mailbox] = await Promise.all([openTestDatabase(), startMailbox()]);
  const config = testConfig({ DATABASE_URL: database.url, SMTP_URL: mailbox.smtpUrl, ...options.environment }, options.newsroom);
  const sendMail = createSendMail({ smtpUrl: config.mail.smtpUrl, from: config.mail.from });
  const { db } = database;
  const services: Services = {
    config,
    db,
    exportPool: database.pool,
    clock: systemClock,
    newId,
    log: silentLog,
    metrics: silentMetrics,
    stripe: noStripe,
    sendMail,
    ...options.services,
  };
  const endings: (() => Promise<unknown>)[] = [];
  return {
    services,
    database,
    smtpUrl: mailbox.smtpUrl,
    mails: (to) => mailbox.messages(to),
    orderFault: async (order) =>
      void (await fetch(`${mailbox.url}/_mailbox/faults`, { method: 'POST', body: JSON.stringify(order) })),
    heldAnswers: async () => ((await (await fetch(`${mailbox.url}/_mailbox/faults`)).json()) as { held: number }).held,
    async runJobs(tasks = {}) {
      const pool = createPool(database.url, { name: 'jobs', max: 8, int8: 'text' });
      const jobs = await startJobs({ services, pool, tasks: { ...idleTasks, ...tasks } });
      endings.push(async () => {
        await jobs.stop();
        await pool.end();
      });
      return jobs;
    },
    hurry: async () =>
      void (await database.pool.query('update graphile_worker._private_jobs set run_at = now() where locked_at is null')),
    async close() {
      for (const end of endings) await end();
      sendMail.close();
      await mailbox.close();
      await database.close();
    },
  };
}

/** Nothing but mail is sent; each test says what else it wants done. */
export const idleTasks: Tasks = {
  'read-object': async () => {},
  'read-payout-lines': async () => {},
  'ask-for-refund': async () => {},
  'write-receipt': async () => {},
  'write-debit-failed': async () => {},
  'send-mail': (services, { mailId }, run) => sendQueuedMail(services, mailId, run),
  'stop-subscription': async () => {},
  'write-renewal-failed': async () => {},
  'write-stop-confirmation': async () => {},
  'ask-newsletter-wish': async () => {},
};
