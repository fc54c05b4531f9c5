import { recordPayout } from '../src/payouts/record-payout.ts';
import { defineHandler, ownId } from './handler.ts';

/** Money on its way to the newsroom's bank, whether it arrived, and what it is made of. */
export const payout = defineHandler({
  types: [
    'payout.created',
    'payout.updated',
    'payout.paid',
    'payout.failed',
    'payout.canceled',
    'payout.reconciliation_completed',
  ],
  prefixes: ['po_'],
  subject: ownId,
  read: ({ stripe }, payoutId) => stripe.getPayout(payoutId),
  covers: ({ id }) => [id],
  async apply(trx, services, reading, readNumber) {
    await recordPayout(trx, services, reading, readNumber);
    return {};
  },
});
