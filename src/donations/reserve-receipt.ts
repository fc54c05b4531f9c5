import { drawNumber } from '../db/counters.ts';
import type { Trx } from '../db/database.ts';
import { stageJob } from '../jobs/stage.ts';
import { yearOf } from '../period.ts';
import type { Services } from '../services.ts';
import type { Donation } from './lock-donation.ts';

type Needs = Pick<Services, 'clock' | 'config' | 'newId'>;

/** Gives a gift its receipt's number and lets a job write it. Draws a number, so it stands after every row lock of the transaction. */
export async function reserveReceipt(trx: Trx, services: Needs, donation: Donation): Promise<void> {
  await insertReceipt(trx, services, { donation, kind: 'gift', refundedMinor: 0n });
}

/**
 * Reserves the receipt that corrects a gift's last one, with what is refunded now. `refundId`: the refund that it is for, absent where
 * a refund failed after all. A gift that has no receipt gets no correction.
 */
export async function reserveCorrection(trx: Trx, services: Needs, donation: Donation, refundId?: string): Promise<void> {
  const corrected = await trx
    .selectFrom('receipts')
    .select('id')
    .where('donation_id', '=', donation.id)
    .orderBy('issued_at', 'desc')
    .orderBy('year', 'desc')
    .orderBy('sequence', 'desc')
    .executeTakeFirst();
  if (corrected) {
    const refundedMinor = donation.refunded_minor;
    await insertReceipt(trx, services, {
      donation,
      kind: 'correction',
      refundedMinor,
      refundId,
      correctsReceiptId: corrected.id,
    });
  }
}

type NewReceipt = {
  donation: Donation;
  kind: 'gift' | 'correction';
  refundedMinor: bigint;
  refundId?: string;
  correctsReceiptId?: string;
};

async function insertReceipt(trx: Trx, { clock, config, newId }: Needs, receipt: NewReceipt): Promise<void> {
  const issuedAt = clock.now();
  const year = yearOf(issuedAt, config.newsroom.time_zone);
  const id = newId('rcp');
  await trx
    .insertInto('receipts')
    .values({
      id,
      year,
      sequence: Number(await drawNumber(trx, `receipt-${year}`)),
      kind: receipt.kind,
      donation_id: receipt.donation.id,
      refund_id: receipt.refundId ?? null,
      corrects_receipt_id: receipt.correctsReceiptId ?? null,
      currency: receipt.donation.currency,
      amount_minor: receipt.donation.amount_minor,
      refunded_minor: receipt.refundedMinor,
      issued_at: issuedAt,
    })
    .execute();
  await stageJob(trx, 'write-receipt', { receiptId: id });
}
