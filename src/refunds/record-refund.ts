import type { Selectable } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { DB } from '../db/tables.ts';
import { unknownValue } from '../donations/donation-status.ts';
import type { Donation, RecordedPayment } from '../donations/lock-donation.ts';
import { reserveCorrection } from '../donations/reserve-receipt.ts';
import type { About } from '../ledger/journal-of.ts';
import { noteOtherCurrency } from '../ledger/note-for-person.ts';
import { postJournal } from '../ledger/post-journal.ts';
import type { Services } from '../services.ts';
import type { RefundReading } from '../stripe/gateway.ts';
import { recordGift } from '../subscriptions/record-gift.ts';
import { sumRefunds } from './sum-refunds.ts';

type Refund = Selectable<DB['refunds']>;

const statuses = ['pending', 'requires_action', 'succeeded', 'failed', 'canceled'];

/**
 * Makes a refund equal to what Stripe says now, and the gift's refunded sum with it; safe any number of times, in any order: the gift
 * is recorded from the same reading first. One that succeeded is booked and corrects the receipt; one that failed after all is booked
 * back and corrects it again. Of a payment that is no gift only the money is booked.
 */
export async function recordRefund(
  trx: Trx,
  services: Services,
  reading: RefundReading,
  readNumber: bigint,
): Promise<RecordedPayment> {
  if (!statuses.includes(reading.status)) {
    throw unknownValue('refund');
  }
  const recorded: RecordedPayment = reading.payment
    ? await recordGift(trx, services, reading.payment, readNumber)
    : { outcome: 'foreign' };
  if (recorded.outcome === 'gift') {
    await recordOfGift(trx, services, recorded.donation, reading, readNumber);
  } else if (recorded.outcome === 'foreign') {
    await postJournals(trx, services, reading, { foreign: true });
  }
  return recorded;
}

async function recordOfGift(
  trx: Trx,
  services: Services,
  donation: Donation,
  reading: RefundReading,
  readNumber: bigint,
): Promise<void> {
  const before = await lockOrInsert(trx, services, donation, reading);
  if (before.read_number >= readNumber) {
    return;
  }
  await setRefund(trx, before.id, reading, readNumber);
  const corrected = await sumRefunds(trx, donation);
  await noteOtherCurrency(trx, corrected.settlement_currency, { objectId: reading.id, transaction: reading.balanceTransaction });
  await postJournals(trx, services, reading, { donationId: donation.id, refundId: before.id });
  if (reading.status === 'succeeded' && before.status !== 'succeeded') {
    await reserveCorrection(trx, services, corrected, { refundId: before.id });
  } else if (reading.status !== 'succeeded' && before.status === 'succeeded') {
    await reserveCorrection(trx, services, corrected);
  }
}

/** The row of a refund: the one that staff asked for and its metadata names, else the one that is known by Stripe's id, else a new one. */
async function lockOrInsert(trx: Trx, { newId }: Services, donation: Donation, reading: RefundReading): Promise<Refund> {
  const asked = reading.refundId && (await lockRefund(trx, reading.refundId));
  const isFree = asked && (asked.stripe_refund_id === null || asked.stripe_refund_id === reading.id);
  if (asked && isFree && asked.donation_id === donation.id) {
    await trx.updateTable('refunds').set({ stripe_refund_id: reading.id }).where('id', '=', asked.id).execute();
    return asked;
  }
  await trx
    .insertInto('refunds')
    .values({
      id: asked || !reading.refundId ? newId('rfd') : reading.refundId, // a restored backup may lack the row that was asked for
      donation_id: donation.id,
      status: 'unknown',
      amount_minor: reading.amount.minor,
      currency: reading.amount.currency,
      stripe_refund_id: reading.id,
      created_at: reading.createdAt,
    })
    .onConflict((conflict) => conflict.column('stripe_refund_id').doNothing())
    .execute();
  return trx
    .selectFrom('refunds')
    .selectAll()
    .where('stripe_refund_id', '=', reading.id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}

async function lockRefund(trx: Trx, id: string): Promise<Refund | undefined> {
  return trx.selectFrom('refunds').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
}

async function setRefund(trx: Trx, id: string, reading: RefundReading, readNumber: bigint): Promise<void> {
  const { balanceTransaction, failureBalanceTransaction } = reading;
  await trx
    .updateTable('refunds')
    .set({
      status: reading.status,
      amount_minor: reading.amount.minor,
      currency: reading.amount.currency,
      reason: reading.reason,
      failure_reason: reading.failureReason,
      read_number: readNumber,
      ...(balanceTransaction && {
        stripe_balance_transaction_id: balanceTransaction.id,
        settled_minor: -balanceTransaction.amount.minor,
      }),
      ...(failureBalanceTransaction && { failure_balance_transaction_id: failureBalanceTransaction.id }),
    })
    .where('id', '=', id)
    .execute();
}

async function postJournals(trx: Trx, services: Services, reading: RefundReading, about: About): Promise<void> {
  for (const transaction of [reading.balanceTransaction, reading.failureBalanceTransaction]) {
    if (transaction) {
      await postJournal(trx, services, transaction, about);
    }
  }
}
