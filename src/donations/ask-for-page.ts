import { plusSeconds } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { type Checkout, type OpenedCheckout, releaseCheckout, setExpired, toRequest } from './checkout.ts';
import { keepPage } from './write-checkouts.ts';

/**
 * For how long an ask without an answer is repeated under its key. After that the gift is given up and the next try is a new one under
 * a new key: Stripe may have stored a failure under the old one. Nobody was ever sent to its page.
 */
const patienceSeconds = 120;

/**
 * Asks Stripe for the page of a checkout that the caller has leased, with exactly what was written down, and keeps it. Undefined
 * where the checkout was closed meanwhile. Throws `stripe-refused` (there is no page; its gift is expired) or
 * `stripe-unavailable` (nobody knows; a retry asks again).
 */
export async function askForPage(services: Services, checkout: Checkout): Promise<OpenedCheckout | undefined> {
  const { db, stripe } = services;
  const page = await stripe.createCheckout(toRequest(checkout), checkout.idempotency_key).catch(async (error: unknown) => {
    await settleFailure(services, checkout, error);
    throw error;
  });
  return keepPage(db, checkout, page);
}

async function settleFailure({ db, clock }: Services, checkout: Checkout, error: unknown): Promise<void> {
  const refused = error instanceof AppError && error.code === 'stripe-refused';
  const tooLate = clock.now() > plusSeconds(checkout.created_at, patienceSeconds);
  if (refused || tooLate) {
    await db.transaction().execute((trx) => setExpired(trx, checkout));
  } else {
    await releaseCheckout(db, checkout);
  }
}
