import { setTimeout as pause } from 'node:timers/promises';
import { readObject } from '../webhooks/read-object.ts';
import { createInboxWorker } from '../webhooks/work-inbox.ts';
import { expireDueCheckouts } from './donations/expire-checkouts.ts';
import { followUpPayments } from './donations/follow-up.ts';
import { forgetWhatIsOld } from './erasure/forget-what-is-old.ts';
import { removeOldAnswers } from './http/stores/idempotency.ts';
import { removeOldLimits } from './http/stores/limits.ts';
import { countDueJobs } from './jobs/count-due-jobs.ts';
import { freeDeadWorkers } from './jobs/heartbeat.ts';
import { startJobs, type Tasks } from './jobs/run-jobs.ts';
import { startSweeps } from './jobs/run-sweeps.ts';
import type { Sweep } from './jobs/sweep-runs.ts';
import type { LiveServices } from './live-services.ts';
import { sendQueuedMail } from './mail/send-queued-mail.ts';
import { askNewsletterWish } from './newsletter/ask-newsletter-wish.ts';
import { keepAlarms } from './operations/keep-alarms.ts';
import { removeOldStarts } from './operations/note-declines.ts';
import { watchGiving } from './operations/watch-giving.ts';
import { watchEndpoint } from './operations/watch-stripe.ts';
import { readDuePayouts, readPayoutLines } from './payouts/read-payout-lines.ts';
import { writeDebitFailed } from './receipts/write-debit-failed.ts';
import { writeReceipt } from './receipts/write-receipt.ts';
import { writeRenewalFailed } from './receipts/write-renewal-failed.ts';
import { writeStopConfirmation } from './receipts/write-stop-confirmation.ts';
import { compareBooks, compareNightly } from './reconcile/reconcile.ts';
import { sweepEvents } from './reconcile/sweep-events.ts';
import { askForForgottenRefunds, askForRefund } from './refunds/ask-for-refund.ts';
import type { Services } from './services.ts';
import { stopSubscription } from './subscriptions/stop-subscription.ts';

/** Every job, in the order in which a gift meets them. */
export const tasks: Tasks = {
  'read-object': (services, { subject }) => readObject(services, subject),
  'read-payout-lines': (services, { payoutId }) => readPayoutLines(services, payoutId),
  'ask-for-refund': (services, { refundId }) => askForRefund(services, refundId),
  'write-receipt': (services, { receiptId }) => writeReceipt(services, receiptId),
  'write-debit-failed': (services, { donationId }) => writeDebitFailed(services, donationId),
  'ask-newsletter-wish': (services, { donationId }) => askNewsletterWish(services, donationId),
  'send-mail': (services, { mailId }, run) => sendQueuedMail(services, mailId, run),
  'stop-subscription': (services, { subscriptionId }) => stopSubscription(services, subscriptionId),
  'write-renewal-failed': writeRenewalFailed,
  'write-stop-confirmation': (services, { subscriptionId }) => writeStopConfirmation(services, subscriptionId),
};

/** Everything that is due by itself. */
export const sweeps: Sweep[] = [
  { name: 'expire-checkouts', everySeconds: 10, run: expireDueCheckouts },
  { name: 'follow-up-payments', everySeconds: 5, run: followUpPayments },
  { name: 'ask-for-forgotten-refunds', everySeconds: 20, run: (services) => askForForgottenRefunds(services) },
  { name: 'read-due-payouts', everySeconds: 5, run: readDuePayouts },
  { name: 'forget-what-is-old', everySeconds: 3600, isLong: true, run: forgetWhatIsOld },
  { name: 'watch-giving', everySeconds: 3, run: watchGiving },
  { name: 'free-dead-workers', everySeconds: 10, run: freeDeadWorkers },
  { name: 'sweep-events', everySeconds: 300, isLong: true, run: (services) => sweepEvents(services) },
  { name: 'compare-books', everySeconds: 3600, isLong: true, run: compareBooks },
  { name: 'compare-nightly', everySeconds: 86_400, atHour: 3, isLong: true, run: compareNightly },
  { name: 'watch-endpoint', everySeconds: 600, run: watchEndpoint },
  { name: 'keep-alarms', everySeconds: 60, isLong: true, run: keepAlarms },
  { name: 'remove-old-answers', everySeconds: 3600, run: removeOldAnswers },
  { name: 'remove-old-limits', everySeconds: 3600, run: removeOldLimits },
  { name: 'remove-old-gift-starts', everySeconds: 3600, run: removeOldStarts },
];

/** Inbox, jobs and sweeps of one process. */
export type Worker = {
  /** Something was stored in the inbox: look at once. */
  wake(): void;
  /** Gives back what is not finished; bounded. Safe twice. */
  stop(): Promise<void>;
};

/** Starts working, and goes on trying where the database is away. */
export function startWorker(live: LiveServices): Worker {
  const inbox = createInboxWorker({ ...live, stripe: live.bulkStripe });
  const started = new AbortController();
  const running = startWhenPossible(live, started.signal);
  inbox.start();
  let stopped: Promise<void> | undefined;
  return {
    wake: () => inbox.wake(),
    stop: () => {
      started.abort();
      stopped ??= Promise.all([inbox.stop(), running.then((parts) => Promise.all(parts.map((part) => part.stop())))]).then(
        () => undefined,
      );
      return stopped;
    },
  };
}

/** Runs jobs, with these services, until none is due. */
export async function drainJobs({ jobsPool: pool }: Pick<LiveServices, 'jobsPool'>, services: Services): Promise<void> {
  const jobs = await startJobs({ services, pool, tasks });
  try {
    while ((await countDueJobs(services.db)) > 0) await pause(50);
  } finally {
    await jobs.stop();
  }
}

async function startWhenPossible(live: LiveServices, ended: AbortSignal): Promise<{ stop(): Promise<void> }[]> {
  while (!ended.aborted) {
    try {
      const jobs = await startJobs({ services: live, pool: live.jobsPool, tasks });
      return [jobs, startSweeps({ services: live, longServices: live.long, sweeps })];
    } catch (error) {
      live.log.warn('jobs cannot start yet, trying again', { error });
      await pause(1000, undefined, { signal: ended }).catch(() => undefined);
    }
  }
  return [];
}
