import { createInboxWorker } from '../../webhooks/work-inbox.ts';
import type { Services } from '../services.ts';
import { compareBalance } from './compare-balance.ts';
import { compareBalanceTransactions } from './compare-balance-transactions.ts';
import { compareDisputes } from './compare-disputes.ts';
import { comparePayouts } from './compare-payouts.ts';
import { compareSubscriptions } from './compare-subscriptions.ts';
import type { Discrepancy, DiscrepancyKind } from './note-discrepancies.ts';
import { runFullChecks } from './run-full-checks.ts';
import { sweepEvents } from './sweep-events.ts';
import { furthestBack } from './window.ts';

/** The steps of it, in order. */
export const reconcileSteps = [
  'events',
  'inbox',
  'balance transactions',
  'subscriptions',
  'disputes',
  'payouts',
  'balance',
  'checks',
] as const;

export type ReconcileOptions = {
  /** From when on events, balance transactions and payouts are looked at; absent: where the last look ended, payouts for 30 days. */
  readonly since?: Date;
  /** Events are looked at from where the last look ended in any case. */
  readonly onlyNewEvents?: boolean;
  /** Told as each step begins. */
  onStep?(step: (typeof reconcileSteps)[number]): void;
};

/**
 * All comparisons at once: finds what no webhook brought, works on it, compares with Stripe, and answers every difference that stands,
 * the oldest first. What no reading repairs is kept in `discrepancies`.
 */
export async function reconcile(services: Services, options: ReconcileOptions = {}): Promise<Discrepancy[]> {
  const { since, onlyNewEvents, onStep = () => {} } = options;
  onStep('events');
  await sweepEvents(services, { ...(since && !onlyNewEvents && { since }), upToNow: true });
  onStep('inbox');
  await createInboxWorker(services).drain();
  onStep('balance transactions');
  const unbooked = await compareBalanceTransactions(services, { ...(since && { since }) });
  onStep('subscriptions');
  await compareSubscriptions(services);
  onStep('disputes');
  await compareDisputes(services);
  onStep('payouts');
  await comparePayouts(services, since ?? furthestBack(services.clock.now()));
  onStep('balance');
  if (await compareBalance(services, unbooked)) {
    await compareBalance(services, await compareBalanceTransactions(services)); // a difference counts when it is found twice
  }
  onStep('checks');
  await runFullChecks(services);
  return findDiscrepancies(services);
}

/** Compares what Stripe moved with what is booked, and then what it holds with what our books say it holds. */
export async function compareBooks(services: Services): Promise<void> {
  await compareBalance(services, await compareBalanceTransactions(services));
}

/** What is compared once a day: payouts of the last 30 days line by line, every subscription, a year's disputes, every check. */
export async function compareNightly(services: Services): Promise<void> {
  const since = furthestBack(services.clock.now());
  await compareBalanceTransactions(services, { since });
  await comparePayouts(services, since);
  await compareSubscriptions(services);
  await compareDisputes(services);
  await runFullChecks(services);
}

/** Every difference that stands, the oldest first. */
export async function findDiscrepancies({ db }: Pick<Services, 'db'>): Promise<Discrepancy[]> {
  const rows = await db.selectFrom('discrepancies').selectAll().where('resolved_at', 'is', null).orderBy('id').execute();
  return rows.map(({ kind, object_id, detail, currency, ours_minor, theirs_minor }) => ({
    kind: kind as DiscrepancyKind,
    objectId: object_id,
    detail,
    ...(currency !== null && { currency }),
    ours: ours_minor,
    theirs: theirs_minor,
  }));
}
