import { drawNumber } from '../db/counters.ts';
import type { Trx } from '../db/database.ts';
import { stageJob } from '../jobs/stage.ts';
import { yearOf } from '../period.ts';
import type { Services } from '../services.ts';
import type { Donation } from './lock-donation.ts';
import { sumLost } from './sum-lost.ts';

type Needs = Pick<Services, 'clock' | 'config' | 'newId'>;

/** Gives a gift its receipt's number and lets a job write it. Draws a number, so it stands after every row lock of the transaction. */
export async function reserveReceipt(trx: Trx, services: Needs, donation: Donation): Promise<void> {
  await insertReceipt(trx, services, { donation, kind: 'gift', refundedMinor: 0n });
}

/** What a correction is for: a refund, or a dispute that was decided. */
export type CorrectionCause = { readonly refundId?: string } | { readonly disputeId: string };

/**
 * Reserves the receipt that corrects a gift's last one, with what is refunded and taken back by then. No cause: a refund failed after
 * all. A gift that has no receipt gets no correction.
 */
export async function reserveCorrection(
  trx: Trx,
  services: Needs,
  donation: Donation,
  cause: CorrectionCause = {},
): Promise<void> {
  const corrected = await trx
    .selectFrom('receipts')
    .select('id')
    .where('donation_id', '=', donation.id)
    .orderBy('issued_at', 'desc')
    .orderBy('year', 'desc')
    .orderBy('sequence', 'desc')
    .executeTakeFirst();
  if (corrected) {
    await insertReceipt(trx, services, {
      donation,
      kind: 'correction',
      refundedMinor: donation.refunded_minor,
      disputedMinor: await sumLost(trx, donation),
      ...cause,
      correctsReceiptId: corrected.id,
    });
  }
}

type NewReceipt = {
  donation: Donation;
  kind: 'gift' | 'correction';
  refundedMinor: bigint;
  disputedMinor?: bigint;
  refundId?: string;
  disputeId?: string;
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
      dispute_id: receipt.disputeId ?? null,
      corrects_receipt_id: receipt.correctsReceiptId ?? null,
      currency: receipt.donation.currency,
      amount_minor: receipt.donation.amount_minor,
      refunded_minor: receipt.refundedMinor,
      disputed_minor: receipt.disputedMinor ?? 0n,
      issued_at: issuedAt,
    })
    .execute();
  await stageJob(trx, 'write-receipt', { receiptId: id });
}
