import type { Services } from '../src/services.ts';
import type { PaymentReading, SubscriptionReading } from '../src/stripe/gateway.ts';

/** A payment and, where a restored backup lacks the subscription that it is an instalment of, that subscription too. */
export type PaymentWithSubscription = { readonly payment: PaymentReading; readonly lostSubscription: SubscriptionReading | null };

/** Reads a payment with as few calls as it takes: one where we know already what it pays. */
export async function readPayment({ db, stripe }: Services, paymentIntentId: string): Promise<PaymentWithSubscription> {
  const known = await db
    .selectFrom('donations')
    .select('id')
    .where('stripe_payment_intent_id', '=', paymentIntentId)
    .executeTakeFirst();
  const payment = await stripe.getPayment(paymentIntentId, { withInstalment: known === undefined });
  return { payment, lostSubscription: await readIfLost({ db, stripe }, payment) };
}

async function readIfLost(
  { db, stripe }: Pick<Services, 'db' | 'stripe'>,
  { instalment }: PaymentReading,
): Promise<SubscriptionReading | null> {
  const { subscriptionId, stripeSubscriptionId } = instalment ?? {};
  if (!subscriptionId || !stripeSubscriptionId) {
    return null;
  }
  const ours = await db.selectFrom('subscriptions').select('id').where('id', '=', subscriptionId).executeTakeFirst();
  return ours ? null : stripe.getSubscription(stripeSubscriptionId);
}
