import type { Trx } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { stageJob } from '../jobs/stage.ts';
import type { SubscriptionReading } from '../stripe/gateway.ts';
import { lockSubscription, type Subscription } from './lock-subscription.ts';

const statuses = ['incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due', 'canceled', 'unpaid', 'paused'];

/**
 * Makes a recurring donation equal to what Stripe says now; safe any number of times, in any order: a row that holds a newer reading
 * is left as it is. One whose row is lost is written anew from Stripe's facts; one that is not ours is left alone (undefined).
 * Throws stripe-value-unknown. The first time it is seen to have ended, the donor is told.
 */
export async function recordSubscription(
  trx: Trx,
  reading: SubscriptionReading,
  readNumber: bigint,
): Promise<Subscription | undefined> {
  checkValues(reading);
  const ids = { stripeSubscriptionId: reading.id, subscriptionId: reading.subscriptionId };
  const subscription = (await lockSubscription(trx, ids)) ?? (await insertLost(trx, reading));
  if (!subscription || subscription.read_number >= readNumber) {
    return subscription;
  }
  const recorded = await trx
    .updateTable('subscriptions')
    .set({ ...toColumns(reading), read_number: readNumber })
    .where('id', '=', subscription.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (recorded.status === 'canceled' && subscription.status !== 'canceled') {
    await stageJob(trx, 'write-stop-confirmation', { subscriptionId: subscription.id });
  }
  return recorded;
}

function checkValues({ status, interval }: SubscriptionReading): void {
  if (!statuses.includes(status) || !['month', 'year'].includes(interval)) {
    throw new AppError('stripe-value-unknown', 'Stripe gave a subscription a status or an interval that is not understood');
  }
}

/** A restored backup may lack it; the article it was given for is lost with the row. */
async function insertLost(trx: Trx, reading: SubscriptionReading): Promise<Subscription | undefined> {
  const id = reading.subscriptionId;
  if (!id) {
    return undefined;
  }
  await trx
    .insertInto('subscriptions')
    .values({ ...toColumns(reading), id, interval: reading.interval, created_at: reading.createdAt })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return lockSubscription(trx, { stripeSubscriptionId: reading.id, subscriptionId: id });
}

function toColumns(reading: SubscriptionReading) {
  return {
    status: reading.status,
    currency: reading.amount.currency,
    amount_minor: reading.amount.minor,
    stripe_subscription_id: reading.id,
    stripe_customer_id: reading.customerId,
    current_period_end: reading.currentPeriodEnd,
    cancel_at: reading.cancelAt,
    canceled_at: reading.canceledAt,
    ended_at: reading.endedAt,
    end_reason: reading.endReason,
  };
}
