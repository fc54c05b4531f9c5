import type { Selectable } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { DB } from '../db/tables.ts';
import { unknownValue } from '../donations/donation-status.ts';
import type { Donation, RecordedPayment } from '../donations/lock-donation.ts';
import { reserveCorrection } from '../donations/reserve-receipt.ts';
import { isLost } from '../donations/sum-lost.ts';
import { noteOtherCurrency } from '../ledger/note-for-person.ts';
import { postJournal } from '../ledger/post-journal.ts';
import type { Services } from '../services.ts';
import type { DisputeReading } from '../stripe/gateway.ts';
import { recordGift } from '../subscriptions/record-gift.ts';
import { stageStop } from '../subscriptions/stop-subscription.ts';
import { sumDisputes } from './sum-disputes.ts';

type Dispute = Selectable<DB['disputes']>;

const closedStatuses = ['warning_closed', 'won', 'lost', 'prevented'];
const statuses = [
  ...['warning_needs_response', 'warning_under_review', 'needs_response', 'under_review'],
  ...['appeal_needs_response', 'appeal_under_review', ...closedStatuses],
];

/**
 * Makes a dispute equal to what Stripe says now, and what it withholds of its gift with it; safe any number of times, in any order: the
 * gift is recorded from the same reading first. Each of its balance transactions is booked once; an inquiry has none. One that is lost
 * corrects the receipt and, by the newsroom's rule, ends the recurring gift; one that is won after all corrects the receipt again.
 * Of a payment that is no gift the money is booked, and the dispute stands for itself. Throws stripe-value-unknown.
 */
export async function recordDispute(
  trx: Trx,
  services: Services,
  reading: DisputeReading,
  readNumber: bigint,
): Promise<RecordedPayment> {
  if (!statuses.includes(reading.status)) {
    throw unknownValue('dispute');
  }
  const recorded: RecordedPayment = reading.payment
    ? await recordGift(trx, services, reading.payment, readNumber)
    : { outcome: 'foreign' };
  if (recorded.outcome !== 'wait') {
    await recordOf(trx, services, recorded.outcome === 'gift' ? recorded.donation : undefined, reading, readNumber);
  }
  return recorded;
}

async function recordOf(
  trx: Trx,
  services: Services,
  donation: Donation | undefined,
  reading: DisputeReading,
  readNumber: bigint,
): Promise<void> {
  const before = await trx.selectFrom('disputes').selectAll().where('id', '=', reading.id).forNoKeyUpdate().executeTakeFirst();
  if (before && before.read_number >= readNumber) {
    return;
  }
  const dispute = await setDispute(trx, reading, { donationId: donation?.id ?? null, readNumber });
  const disputed = donation && (await sumDisputes(trx, donation));
  const about = { ...(donation ? { donationId: donation.id } : { foreign: true }), disputeId: reading.id };
  for (const transaction of reading.balanceTransactions) {
    await postJournal(trx, services, transaction, about);
  }
  if (disputed && dispute) {
    const [transaction] = reading.balanceTransactions;
    await noteOtherCurrency(trx, disputed.settlement_currency, { objectId: reading.id, transaction });
    await drawConsequences(trx, services, disputed, { before, dispute });
  }
}

/** What follows when a bank has decided, or decided otherwise after all. */
async function drawConsequences(
  trx: Trx,
  services: Services,
  donation: Donation,
  { before, dispute }: { before: Dispute | undefined; dispute: Dispute },
): Promise<void> {
  const wasLost = before !== undefined && isLost(before);
  if (isLost(dispute) === wasLost) {
    return;
  }
  const mayStop = services.config.newsroom.disputes.stop_recurring_when_lost && !services.withoutLetters; // history stops nothing
  if (!wasLost && donation.subscription_id && mayStop) {
    await stageStop(trx, services, donation.subscription_id, 'dispute-lost');
  }
  await reserveCorrection(trx, services, donation, { disputeId: dispute.id });
}

/** Writes its row; undefined where another worker has written a newer reading meanwhile. */
async function setDispute(
  trx: Trx,
  reading: DisputeReading,
  { donationId, readNumber }: { donationId: string | null; readNumber: bigint },
): Promise<Dispute | undefined> {
  const columns = {
    donation_id: donationId,
    stripe_payment_intent_id: reading.payment?.id ?? null,
    status: reading.status,
    reason: reading.reason,
    currency: reading.amount.currency,
    amount_minor: reading.amount.minor,
    respond_by: closedStatuses.includes(reading.status) ? null : reading.respondBy,
    read_number: readNumber,
    ...toSettlement(reading),
  };
  return trx
    .insertInto('disputes')
    .values({ ...columns, id: reading.id, stripe_charge_id: reading.chargeId, created_at: reading.createdAt })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns).where('disputes.read_number', '<', readNumber))
    .returningAll()
    .executeTakeFirst();
}

/** What the balance lacks by it now: withdrawals less what came back, and the fees beside them. */
function toSettlement({ balanceTransactions }: DisputeReading) {
  const sum = (of: (transaction: (typeof balanceTransactions)[number]) => bigint) =>
    balanceTransactions.reduce((all, transaction) => all + of(transaction), 0n);
  return {
    settlement_currency: balanceTransactions[0]?.net.currency ?? null,
    withdrawn_minor: -sum(({ amount }) => amount.minor),
    fee_minor: sum(({ fee }) => fee.minor),
  };
}
