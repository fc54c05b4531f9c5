import type Stripe from 'stripe';
import { fromUnix } from '../clock.ts';
import { AppError } from '../errors.ts';
import { askStripe, type StripeAccess } from './ask-stripe.ts';
import type { OpenCheckout } from './checkout-request.ts';
import { brief } from './client.ts';
import { type CheckoutReading, metadataKeys, type PaymentReading } from './gateway.ts';
import { expandPayment, readInvoice } from './read-payment.ts';
import { toExpanded, toId } from './to-money.ts';
import { toPayment } from './to-payment.ts';
import { toSubscription } from './to-subscription.ts';

type Session = Stripe.Checkout.Session;

const expand = [...expandPayment, 'subscription'];

/** A session with what was paid in it: one call, or three where it began a subscription. */
export async function readCheckout(access: StripeAccess, checkoutId: string): Promise<CheckoutReading> {
  const asked = access.client.checkout.sessions.retrieve(checkoutId, { expand });
  return toCheckout(access, await askStripe(asked, 'checkout.session', access.livemode));
}

/** Closes a session; where Stripe refuses because it is open no more, answers how it stands. */
export async function expireCheckout(access: StripeAccess, checkoutId: string): Promise<CheckoutReading> {
  try {
    const asked = access.client.checkout.sessions.expire(checkoutId, { expand }, brief);
    return await toCheckout(access, await askStripe(asked, 'checkout.session', access.livemode));
  } catch (error) {
    if (error instanceof AppError && error.code === 'stripe-refused') {
      return readCheckout(access, checkoutId);
    }
    throw error;
  }
}

/** Where a session can be paid; throws stripe-refused where it cannot any more (the same key was used for it before). */
export function openCheckout({ id, url, expires_at }: Session): OpenCheckout {
  if (!url) {
    throw new AppError('stripe-refused', 'Stripe’s page is closed already', { extension: { stripe_code: 'session_not_open' } });
  }
  return { checkoutId: id, url, expiresAt: fromUnix(expires_at) };
}

async function toCheckout(access: StripeAccess, session: Session): Promise<CheckoutReading> {
  const subscription = toExpanded(session.subscription);
  return {
    id: session.id,
    status: toStatus(session.status),
    paymentStatus: session.payment_status,
    reference: toReference(session),
    customerId: toId(session.customer),
    email: session.customer_details?.email ?? null,
    name: session.customer_details?.name ?? null,
    payment: await findPayment(access, session),
    subscription: subscription && toSubscription(subscription),
  };
}

/** What was paid in a session: its payment intent, or the payment of a subscription's first invoice. */
async function findPayment(access: StripeAccess, session: Session): Promise<PaymentReading | null> {
  const intent = toExpanded(session.payment_intent);
  const invoiceId = toId(session.invoice as string | { id: string } | null);
  if (intent || !invoiceId || session.mode !== 'subscription') {
    return intent && toPayment(intent, null);
  }
  const { payments } = await readInvoice(access, invoiceId);
  return payments.find(({ status }) => status === 'succeeded') ?? payments[0] ?? null;
}

/** Our id from the metadata, which only our key can write; a payer can put anything into a link's client_reference_id. */
function toReference({ metadata }: Session): string | null {
  const marked = metadata?.[metadataKeys.donation] ?? metadata?.[metadataKeys.subscription] ?? '';
  return /^(don|rec)_\w{1,64}$/.test(marked) ? marked : null;
}

function toStatus(status: Session['status']): CheckoutReading['status'] {
  if (status === 'open' || status === 'complete' || status === 'expired') {
    return status as CheckoutReading['status'];
  }
  throw new AppError('stripe-value-unknown', 'Stripe gave a session a status that is not understood');
}
