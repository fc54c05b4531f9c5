import { AppError } from '../errors.ts';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';
import type { CheckoutReading } from '../stripe/gateway.ts';
import { askForPage } from './ask-for-page.ts';
import { type Checkout, setComplete, setExpired } from './checkout.ts';

/**
 * Closes the page of a gift so that it can no longer be paid, and answers `expired`; or, where it was paid before, how it stands at
 * Stripe. A page whose address never reached us is asked for again first, under the same key, so that none stays open: the caller has
 * leased such a checkout. Throws `stripe-unavailable` where nobody knows; then nothing has changed.
 */
export async function closeCheckout(services: Services, checkout: Checkout): Promise<'expired' | CheckoutReading> {
  const { db, stripe } = services;
  const checkoutId = checkout.stripe_checkout_session_id ?? (await learnCheckoutId(services, checkout));
  const reading = checkoutId && (await stripe.expireCheckout(checkoutId).catch(undefinedIfGone));
  if (reading && reading.status === 'open') {
    throw new AppError('stripe-unavailable', 'The payment page could not be closed.', { retryAfterSeconds: 5 });
  }
  const paid = reading && reading.status === 'complete' ? reading : undefined;
  await db.transaction().execute(async (trx) => {
    if (paid) {
      await setComplete(trx, checkout);
      await stageJob(trx, 'read-object', { subject: paid.id });
    } else {
      await setExpired(trx, checkout);
    }
  });
  return paid ?? 'expired';
}

/** The session's id from Stripe; undefined where there is none that can be paid: Stripe refuses to make it, or its time is over. */
async function learnCheckoutId(services: Services, checkout: Checkout): Promise<string | undefined> {
  if (checkout.expires_at <= services.clock.now()) {
    return undefined;
  }
  try {
    return (await askForPage(services, checkout))?.stripe_checkout_session_id;
  } catch (error) {
    if (error instanceof AppError && error.code === 'stripe-refused') {
      return undefined;
    }
    throw error;
  }
}

function undefinedIfGone(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'stripe-object-gone') {
    return undefined;
  }
  throw error;
}
