import type { Trx } from '../db/database.ts';
import type { RecordedPayment } from '../donations/lock-donation.ts';
import type { Services } from '../services.ts';
import type { EarlyFraudWarningReading } from '../stripe/gateway.ts';
import { recordGift } from '../subscriptions/record-gift.ts';

/**
 * Keeps that a bank calls a payment fraud, equal to what Stripe says now; safe any number of times, in any order: the gift is recorded
 * from the same reading first. It moves no money and refunds nothing by itself: a person decides while it is actionable.
 */
export async function recordEarlyFraudWarning(
  trx: Trx,
  services: Services,
  reading: EarlyFraudWarningReading,
  readNumber: bigint,
): Promise<RecordedPayment> {
  const recorded: RecordedPayment = reading.payment
    ? await recordGift(trx, services, reading.payment, readNumber)
    : { outcome: 'foreign' };
  if (recorded.outcome === 'wait') {
    return recorded;
  }
  const columns = {
    donation_id: recorded.outcome === 'gift' ? recorded.donation.id : null,
    fraud_type: reading.fraudType,
    actionable: reading.actionable,
    read_number: readNumber,
  };
  await trx
    .insertInto('early_fraud_warnings')
    .values({ ...columns, id: reading.id, stripe_charge_id: reading.chargeId, created_at: reading.createdAt })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet(columns).where('early_fraud_warnings.read_number', '<', readNumber),
    )
    .execute();
  return recorded;
}
