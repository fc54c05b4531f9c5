import type { Trx } from '../db/database.ts';
import type { Services } from '../services.ts';
import type { PaymentReading } from '../stripe/gateway.ts';
import { isUnderWay } from './donation-status.ts';
import { insertDonation } from './insert-donation.ts';
import { type Donation, lockDonation, lockDonationOf, type RecordedPayment } from './lock-donation.ts';
import { postFailedDebit } from './post-failed-debit.ts';
import { recordForeignPayment } from './record-foreign-payment.ts';
import { type Settling, settleDonation } from './settle-donation.ts';

/**
 * Makes the gift of a payment equal to what Stripe says now, whichever kind of gift it is; safe any number of times, in any order.
 * `session`: what the session that it was paid in adds. Where its row is lost, it is written anew from Stripe's facts. A payment that
 * nothing marks as ours is foreign.
 */
export async function recordPayment(
  trx: Trx,
  services: Services,
  payment: PaymentReading,
  readNumber: bigint,
  session: Pick<Settling, 'payer'> = {},
): Promise<RecordedPayment> {
  const known = (await lockDonationOf(trx, payment.id)) ?? (await lockMarkedDonation(trx, payment));
  if (known) {
    const donation = await settleDonation(trx, services, known, payment, { ...session, readNumber });
    return { outcome: 'gift', donation };
  }
  if (!payment.donationId || (await isTaken(trx, payment.donationId))) {
    return recordForeignPayment(trx, services, payment, readNumber);
  }
  if (!isUnderWay(payment.status)) {
    return postFailedDebit(trx, services, payment);
  }
  const inserted = await insertDonation(trx, { id: payment.donationId, payment });
  const donation = await settleDonation(trx, services, inserted, payment, { ...session, readNumber });
  return { outcome: 'gift', donation };
}

/** The gift that the metadata names, unless it is being paid, or was, by another payment. */
async function lockMarkedDonation(trx: Trx, { id, donationId }: PaymentReading): Promise<Donation | undefined> {
  const donation = donationId ? await lockDonation(trx, donationId) : undefined;
  const other = donation?.stripe_payment_intent_id;
  const isFree = !other || other === id || !['processing', 'succeeded'].includes(donation.status);
  return donation?.kind === 'one-time' && isFree ? donation : undefined;
}

async function isTaken(trx: Trx, donationId: string): Promise<boolean> {
  return (await trx.selectFrom('donations').select('id').where('id', '=', donationId).executeTakeFirst()) !== undefined;
}
