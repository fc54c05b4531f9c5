// A worker of its own process, to be killed: sends queued mail until it ends. Arguments: database address, mail server address.

import { systemClock } from '../../src/clock.ts';
import { createDatabase, createPool } from '../../src/db/database.ts';
import { newId } from '../../src/id.ts';
import { startJobs } from '../../src/jobs/run-jobs.ts';
import { silentLog } from '../../src/log.ts';
import { sendQueuedMail } from '../../src/mail/send-queued-mail.ts';
import { createSendMail } from '../../src/mail/smtp.ts';
import { silentMetrics } from '../../src/metrics.ts';
import type { Services } from '../../src/services.ts';
import { testConfig } from './settings.ts';

const [databaseUrl = '', smtpUrl = ''] = process.argv.slice(2);
const config = testConfig({ DATABASE_URL: databaseUrl, SMTP_URL: smtpUrl });
const services = {
  config,
  db: createDatabase(createPool(databaseUrl, { name: 'doomed', max: 4 })),
  clock: systemClock,
  newId,
  log: silentLog,
  metrics: silentMetrics,
  sendMail: createSendMail({ smtpUrl, from: config.mail.from }),
} as Partial<Services> as Services;
const nothing = async () => {};
const { workerId } = await startJobs({
  services,
  pool: createPool(databaseUrl, { name: 'doomed', max: 8, int8: 'text' }),
  heartbeatSeconds: 0.2,
  tasks: {
    'read-object': nothing,
    'read-payout-lines': nothing,
    'ask-for-refund': nothing,
    'write-receipt': nothing,
    'write-debit-failed': nothing,
    'send-mail': (all, { mailId }, run) => sendQueuedMail(all, mailId, run),
    'stop-subscription': nothing,
    'write-renewal-failed': nothing,
    'write-stop-confirmation': nothing,
    'ask-newsletter-wish': nothing,
  },
});
console.log(workerId);
