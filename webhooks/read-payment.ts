import { findCheckout } from '../src/donations/checkout.ts';
import type { Services } from '../src/services.ts';
import type { CheckoutReading, PaymentReading, SubscriptionReading } from '../src/stripe/gateway.ts';

type Needs = Pick<Services, 'db' | 'stripe'>;

/** A payment with what has to be known beside it. */
export type PaymentInContext = {
  readonly payment: PaymentReading;
  /** The subscription that it is an instalment of, where a restored backup lacks it. */
  readonly lostSubscription: SubscriptionReading | null;
  /** The session that it was paid in, where nothing else says who gave: the receipt wants an address. */
  readonly session: CheckoutReading | null;
};

/** Reads a payment with as few calls as it takes: one where we know already what it pays. */
export async function readPayment({ db, stripe }: Needs, paymentIntentId: string): Promise<PaymentInContext> {
  const known = await db
    .selectFrom('donations')
    .select('id')
    .where('stripe_payment_intent_id', '=', paymentIntentId)
    .executeTakeFirst();
  const payment = await stripe.getPayment(paymentIntentId, { withInstalment: known === undefined });
  return {
    payment,
    lostSubscription: await readIfLost({ db, stripe }, payment),
    session: await readIfNameless({ db, stripe }, payment),
  };
}

async function readIfLost({ db, stripe }: Needs, { instalment }: PaymentReading): Promise<SubscriptionReading | null> {
  const { subscriptionId, stripeSubscriptionId } = instalment ?? {};
  if (!subscriptionId || !stripeSubscriptionId) {
    return null;
  }
  const ours = await db.selectFrom('subscriptions').select('id').where('id', '=', subscriptionId).executeTakeFirst();
  return ours ? null : stripe.getSubscription(stripeSubscriptionId);
}

async function readIfNameless({ db, stripe }: Needs, payment: PaymentReading): Promise<CheckoutReading | null> {
  const giftId = payment.donationId ?? payment.instalment?.subscriptionId;
  if (!giftId || !payment.charge || payment.charge.email || payment.status !== 'succeeded') {
    return null;
  }
  const table = giftId.startsWith('rec_') ? 'subscriptions' : 'donations';
  const gift = await db.selectFrom(table).select('donor_id').where('id', '=', giftId).executeTakeFirst();
  const checkout = gift && !gift.donor_id ? await findCheckout(db, giftId) : undefined;
  return checkout?.stripe_checkout_session_id ? stripe.getCheckout(checkout.stripe_checkout_session_id) : null;
}
