import { recordEarlyFraudWarning } from '../src/disputes/record-early-fraud-warning.ts';
import { defineHandler, ownId } from './handler.ts';
import { toApplied } from './to-applied.ts';

/** A bank calls a payment fraud before it disputes it. */
export const earlyFraudWarning = defineHandler({
  types: ['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated'],
  prefixes: ['issfr_'],
  subject: ownId,
  read: ({ stripe }, warningId) => stripe.getEarlyFraudWarning(warningId), // with its payment, so that it may be heard of first
  covers: ({ id, payment }) => [id, payment?.id],
  async apply(trx, services, reading, readNumber) {
    return toApplied(await recordEarlyFraudWarning(trx, services, reading, readNumber));
  },
});
