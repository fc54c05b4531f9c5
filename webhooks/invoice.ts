import type { RecordedPayment } from '../src/donations/lock-donation.ts';
import { noteFailedRenewal } from '../src/subscriptions/note-failed-renewal.ts';
import { recordGift } from '../src/subscriptions/record-gift.ts';
import { recordSubscription } from '../src/subscriptions/record-subscription.ts';
import { defineHandler, ownId } from './handler.ts';
import { toApplied } from './to-applied.ts';

/** An instalment of a recurring donation, paid or refused, with the subscription as it then stands. */
export const invoice = defineHandler({
  types: ['invoice.paid', 'invoice.payment_failed', 'invoice.payment_action_required'],
  prefixes: ['in_'],
  subject: ownId,
  read: ({ stripe }, invoiceId) => stripe.getInvoice(invoiceId),
  covers: ({ id, payments, subscription }) => [id, subscription?.id, ...payments.map((payment) => payment.id)],
  async apply(trx, services, { id, subscription, payments, failedTry }, readNumber) {
    if (subscription?.subscriptionId) {
      await recordSubscription(trx, subscription, readNumber);
      await noteFailedRenewal(trx, services, { invoiceId: id, failedTry });
    }
    const recorded: RecordedPayment[] = [];
    for (const payment of payments) {
      recorded.push(await recordGift(trx, services, payment, readNumber));
    }
    return toApplied(...recorded);
  },
});
