import type { Trx } from '../db/database.ts';
import { findCheckout, leaseCheckout } from '../donations/checkout.ts';
import { closeCheckout } from '../donations/close-checkout.ts';
import { AppError } from '../errors.ts';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';

const neverBegun = ['expired', 'incomplete_expired'];
const over = [...neverBegun, 'canceled'];

/**
 * Writes down that a recurring gift is to end; a job asks Stripe, and it has ended when Stripe says so. Safe any number of times; one
 * that is over stays as it is. Throws `subscription-not-found`.
 */
export async function requestStop(services: Pick<Services, 'db' | 'clock'>, subscriptionId: string): Promise<void> {
  await services.db.transaction().execute((trx) => stageStop(trx, services, subscriptionId));
}

/** Why a recurring gift is ended without anybody having asked for it. */
type StopReason = 'dispute-lost' | 'never-paid';

/** The same inside the caller's transaction. Of several who want its end the first stands: `reason` is kept only where nobody had asked. */
export async function stageStop(
  trx: Trx,
  { clock }: Pick<Services, 'clock'>,
  subscriptionId: string,
  reason?: StopReason,
): Promise<void> {
  const found = await trx
    .selectFrom('subscriptions')
    .select(['status', 'stop_requested_at'])
    .where('id', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirst();
  if (!found) {
    throw new AppError('subscription-not-found', 'There is no such recurring gift.');
  }
  if (over.includes(found.status)) {
    return;
  }
  if (!found.stop_requested_at) {
    await trx
      .updateTable('subscriptions')
      .set({ stop_requested_at: clock.now(), stop_reason: reason ?? null })
      .where('id', '=', subscriptionId)
      .execute();
  }
  await stageJob(trx, 'stop-subscription', { subscriptionId });
}

/**
 * The job behind it: ends the subscription at Stripe now, and has it read again. One that was never paid loses its page instead; if it
 * turns out to have been paid just then, it is ended as well. One that has ended is asked for too: an earlier try may have broken off
 * before what it still asked for was void. Throws what Stripe's gateway throws: the job is run again.
 */
export async function stopSubscription(services: Services, subscriptionId: string): Promise<void> {
  const { db } = services;
  const subscription = await db.selectFrom('subscriptions').selectAll().where('id', '=', subscriptionId).executeTakeFirst();
  if (!subscription || neverBegun.includes(subscription.status)) {
    return;
  }
  const stripeId = subscription.stripe_subscription_id ?? (await closePage(services, subscriptionId));
  if (stripeId) {
    await services.stripe.cancelSubscription(stripeId);
    await stageJob(db, 'read-object', { subject: stripeId });
  }
}

/** Closes the page of one that was not paid; answers Stripe's subscription where it was paid after all. */
async function closePage(services: Services, subscriptionId: string): Promise<string | undefined> {
  const checkout = await findCheckout(services.db, subscriptionId);
  if (!checkout || checkout.state === 'expired') {
    return undefined;
  }
  if (!checkout.stripe_checkout_session_id) {
    await services.db.transaction().execute((trx) => leaseCheckout(trx, checkout));
  }
  const closed = await closeCheckout(services, checkout);
  return closed === 'expired' ? undefined : closed.subscription?.id;
}
