import { recordRefund } from '../src/refunds/record-refund.ts';
import { defineHandler, ownId } from './handler.ts';
import { toApplied } from './to-applied.ts';

/** Money that is given back: by staff, in Stripe's dashboard, or by Stripe itself. */
export const refund = defineHandler({
  types: ['refund.created', 'refund.updated', 'refund.failed'],
  prefixes: ['re_', 'pyr_'],
  subject: ownId,
  read: ({ stripe }, refundId) => stripe.getRefund(refundId), // with its payment, so that it may be heard of first
  covers: ({ id, payment }) => [id, payment?.id],
  async apply(trx, services, reading, readNumber) {
    return toApplied(await recordRefund(trx, services, reading, readNumber));
  },
});
