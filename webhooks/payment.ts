import { recordGift } from '../src/subscriptions/record-gift.ts';
import { recordSubscription } from '../src/subscriptions/record-subscription.ts';
import { checkoutSession } from './checkout-session.ts';
import { defineHandler, type EventObject, idOf } from './handler.ts';
import { readPayment } from './read-payment.ts';
import { toApplied } from './to-applied.ts';

/** A payment, with its charge and fee, whatever it pays. */
export const payment = defineHandler({
  types: [
    'payment_intent.succeeded',
    'payment_intent.processing',
    'payment_intent.canceled',
    'charge.updated',
    'invoice_payment.paid',
  ],
  prefixes: ['pi_'],
  subject: paymentIntentOf,
  read: readPayment,
  covers: ({ payment: { id }, lostSubscription }) => [id, lostSubscription?.id],
  async apply(trx, services, reading, readNumber) {
    if (reading.lostSubscription) {
      await recordSubscription(trx, reading.lostSubscription, readNumber);
    }
    if (reading.session) {
      await checkoutSession.apply(trx, services, reading.session, readNumber);
    }
    return toApplied(await recordGift(trx, services, reading.payment, readNumber));
  },
});

/** The payment intent that an event of this family is about: itself, or what its charge or invoice payment names. */
function paymentIntentOf(object: EventObject): string | null {
  switch (object.object) {
    case 'payment_intent':
      return idOf(object.id);
    case 'invoice_payment':
      return idOf((object.payment as EventObject | null)?.payment_intent);
    default:
      return idOf(object.payment_intent);
  }
}
