import { plusSeconds } from '../clock.ts';
import type { Trx } from '../db/database.ts';
import { isUnderWay } from '../donations/donation-status.ts';
import { type Inherited, insertDonation } from '../donations/insert-donation.ts';
import { lockDonationOf, type RecordedPayment } from '../donations/lock-donation.ts';
import { postFailedDebit } from '../donations/post-failed-debit.ts';
import { recordForeignPayment } from '../donations/record-foreign-payment.ts';
import { settleDonation } from '../donations/settle-donation.ts';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';
import type { Instalment, PaymentReading } from '../stripe/gateway.ts';
import { lockSubscription, type Subscription } from './lock-subscription.ts';
import { stageStop } from './stop-subscription.ts';

const waitSeconds = 60;

/**
 * Makes one instalment of a recurring donation equal to what Stripe says of its payment. It is a gift once its payment is under way,
 * and takes over what the subscription was begun with. An instalment of somebody else's subscription is a foreign payment.
 */
export async function recordInstalment(
  trx: Trx,
  services: Services,
  payment: PaymentReading,
  instalment: Instalment,
  readNumber: bigint,
): Promise<RecordedPayment> {
  const subscription = await lockSubscription(trx, instalment);
  if (!subscription) {
    return (await awaitLostRow(trx, services, instalment)) ?? recordForeignPayment(trx, services, payment, readNumber);
  }
  const known = await lockDonationOf(trx, payment.id);
  if (!known && !isUnderWay(payment.status)) {
    return postFailedDebit(trx, services, payment);
  }
  const inherited = await inherit(trx, subscription, payment, instalment);
  const donation = known ?? (await insertDonation(trx, { id: services.newId('don'), payment, inherited }));
  const settled = await settleDonation(trx, services, donation, payment, { readNumber });
  if (settled.status === 'failed' && donation.status !== 'failed' && !services.withoutLetters) {
    await stopIfNeverPaid(trx, services, subscription);
  }
  if (!subscription.donor_id && settled.donor_id) {
    await trx.updateTable('subscriptions').set({ donor_id: settled.donor_id }).where('id', '=', subscription.id).execute();
  }
  return { outcome: 'gift', donation: settled };
}

/**
 * Stripe lets a subscription begin while its first bank debit is on its way, and go on where that fails. The donor was told that no money
 * was taken and may give anew: the old one must not take money a month later.
 */
async function stopIfNeverPaid(trx: Trx, services: Services, { id }: Subscription): Promise<void> {
  const paid = trx.selectFrom('donations').select('id').where('subscription_id', '=', id).where('status', '<>', 'failed');
  if (!(await paid.limit(1).executeTakeFirst())) {
    await stageStop(trx, services, id, 'never-paid');
  }
}

/** A restored backup may lack the row of a subscription of ours: it is read first, and the instalment then. */
async function awaitLostRow(
  trx: Trx,
  { clock }: Services,
  { stripeSubscriptionId: subject, subscriptionId }: Instalment,
): Promise<RecordedPayment | undefined> {
  if (!subject || !subscriptionId) {
    return undefined;
  }
  const ours = await trx.selectFrom('subscriptions').select('id').where('id', '=', subscriptionId).executeTakeFirst();
  if (ours) {
    return undefined; // somebody has copied its metadata to another subscription
  }
  await stageJob(trx, 'read-object', { subject });
  return { outcome: 'wait', until: plusSeconds(clock.now(), waitSeconds) };
}

/** The message and the wish for the newsletter came with the subscription: its first gift carries them, the later ones do not. */
async function inherit(
  trx: Trx,
  subscription: Subscription,
  payment: PaymentReading,
  instalment: Instalment,
): Promise<Inherited> {
  const earlier = await trx
    .selectFrom('donations')
    .select('id')
    .where('subscription_id', '=', subscription.id)
    .limit(1)
    .executeTakeFirst();
  const { article_url, article_id, article_title, section, campaign, placement, anonymous, locale, donor_id } = subscription;
  const isSameAmount = subscription.amount_minor === payment.amount.minor;
  return {
    subscription_id: subscription.id,
    donor_id,
    fee_cover_minor: isSameAmount ? subscription.fee_cover_minor : 0n,
    article_url,
    article_id,
    article_title,
    section,
    campaign,
    placement,
    anonymous,
    locale,
    message: earlier ? null : subscription.message,
    newsletter: earlier ? null : subscription.newsletter,
    stripe_invoice_id: instalment.invoiceId,
    period_end: instalment.periodEnd,
  };
}
