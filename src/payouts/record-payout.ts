import type { Trx } from '../db/database.ts';
import { unknownValue } from '../donations/donation-status.ts';
import { stageJob } from '../jobs/stage.ts';
import { postJournal } from '../ledger/post-journal.ts';
import type { Services } from '../services.ts';
import type { PayoutReading } from '../stripe/gateway.ts';

const statuses = ['pending', 'in_transit', 'paid', 'failed', 'canceled'];

/**
 * Makes a payout equal to what Stripe says now; safe any number of times, in any order: an older reading changes nothing. What it took
 * from the balance is booked to `bank`, and what came back of one that failed is booked back; it keeps its lines, as Stripe puts the money back
 * by that one balance transaction. A job reads the lines once Stripe can tell them. Throws stripe-value-unknown.
 */
export async function recordPayout(trx: Trx, services: Services, reading: PayoutReading, readNumber: bigint): Promise<void> {
  if (!statuses.includes(reading.status)) {
    throw unknownValue('payout');
  }
  const before = await trx
    .selectFrom('payouts')
    .select(['read_number', 'reconciliation_status', 'lines_read_at'])
    .where('id', '=', reading.id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (before && before.read_number >= readNumber) {
    return;
  }
  const areLinesDue = canTellLines(reading) && !areLinesKnown(reading, before);
  await setPayout(trx, reading, { readNumber, linesDueAt: areLinesDue ? services.clock.now() : undefined });
  if (areLinesDue) {
    await stageJob(trx, 'read-payout-lines', { payoutId: reading.id });
  }
  for (const transaction of [reading.balanceTransaction, reading.failureBalanceTransaction]) {
    if (transaction) {
      await postJournal(trx, services, transaction, { payoutId: reading.id });
    }
  }
}

/** Stripe knows the lines of automatic payouts only, and all of them for sure once it has reconciled them. */
function canTellLines({ automatic, status, reconciliationStatus }: PayoutReading): boolean {
  return automatic && (reconciliationStatus === 'completed' || status === 'paid');
}

/** What was read before Stripe had reconciled them is read once more when it has. */
function areLinesKnown(
  { reconciliationStatus }: PayoutReading,
  before: { reconciliation_status: string; lines_read_at: Date | null } | undefined,
): boolean {
  const isNews = reconciliationStatus === 'completed' && before?.reconciliation_status !== 'completed';
  return before !== undefined && before.lines_read_at !== null && !isNews;
}

async function setPayout(
  trx: Trx,
  reading: PayoutReading,
  { readNumber, linesDueAt }: { readNumber: bigint; linesDueAt: Date | undefined },
): Promise<void> {
  const columns = {
    status: reading.status,
    currency: reading.amount.currency,
    amount_minor: reading.amount.minor,
    automatic: reading.automatic,
    reconciliation_status: reading.reconciliationStatus,
    arrival_on: reading.arrivalOn,
    failure_code: reading.failureCode,
    stripe_balance_transaction_id: reading.balanceTransaction?.id ?? null,
    failure_balance_transaction_id: reading.failureBalanceTransaction?.id ?? null,
    read_number: readNumber,
    ...(linesDueAt && { lines_due_at: linesDueAt }),
  };
  await trx
    .insertInto('payouts')
    .values({ ...columns, id: reading.id, created_at: reading.createdAt })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(columns).where('payouts.read_number', '<', readNumber))
    .execute();
}
