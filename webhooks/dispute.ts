import { recordDispute } from '../src/disputes/record-dispute.ts';
import { defineHandler, ownId } from './handler.ts';
import { toApplied } from './to-applied.ts';

/** A donor's bank asks what a charge was for, or takes it back; and how that ended. */
export const dispute = defineHandler({
  types: [
    'charge.dispute.created',
    'charge.dispute.updated',
    'charge.dispute.closed',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
  ],
  prefixes: ['du_', 'dp_'],
  subject: ownId,
  read: ({ stripe }, disputeId) => stripe.getDispute(disputeId), // with its payment, so that it may be heard of first
  covers: ({ id, payment }) => [id, payment?.id],
  async apply(trx, services, reading, readNumber) {
    return toApplied(await recordDispute(trx, services, reading, readNumber));
  },
});
