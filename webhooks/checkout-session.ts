import { recordCheckout } from '../src/donations/record-checkout.ts';
import { recordFirstCheckout } from '../src/subscriptions/record-first-checkout.ts';
import { defineHandler, ownId } from './handler.ts';
import { toApplied } from './to-applied.ts';

/** A page on which a gift was paid, or on which it never will be. Sessions that are not ours are left alone. */
export const checkoutSession = defineHandler({
  types: [
    'checkout.session.completed',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
    'checkout.session.expired',
  ],
  prefixes: ['cs_'],
  subject: ownId,
  read: ({ stripe }, checkoutId) => stripe.getCheckout(checkoutId),
  covers: ({ id, reference, payment, subscription }) =>
    reference ? [id, payment?.id, payment?.instalment?.invoiceId, subscription?.id] : [id],
  async apply(trx, services, reading, readNumber) {
    if (!reading.reference) {
      return {};
    }
    const record = reading.reference.startsWith('rec_') ? recordFirstCheckout : recordCheckout;
    return toApplied(await record(trx, services, reading, readNumber));
  },
});
