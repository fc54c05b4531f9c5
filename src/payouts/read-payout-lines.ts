import { sql } from 'kysely';
import { plusSeconds } from '../clock.ts';
import { stageJob } from '../jobs/stage.ts';
import { recordBalanceTransaction } from '../ledger/record-balance-transaction.ts';
import type { Services } from '../services.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';

const most = 50;
const shortestWaitSeconds = 60;
const longestWaitSeconds = 24 * 3600;

/**
 * Reads all lines of a payout and notes on each that it was paid out in it, and on no other. What is not booked yet is booked, or its room
 * is asked to; until all of them are here the lines stay due. Safe any number of times; no transaction is open while Stripe is asked.
 */
export async function readPayoutLines(services: Services, payoutId: string): Promise<void> {
  const { db, stripe, clock, log } = services;
  const listed: string[] = [];
  let missing = 0;
  for (let after: string | undefined, isLast = false; !isLast; ) {
    const { lines, next } = await stripe.listPayoutLines(payoutId, after);
    missing += await claimLines(services, payoutId, lines);
    listed.push(...lines.map(({ id }) => id));
    after = next;
    isLast = next === undefined;
  }
  await db
    .updateTable('balance_transactions')
    .set({ payout_id: null })
    .where('payout_id', '=', payoutId)
    .where('id', '<>', sql<string>`all(${listed}::text[])`)
    .execute();
  if (missing === 0) {
    await db.updateTable('payouts').set({ lines_read_at: clock.now(), lines_due_at: null }).where('id', '=', payoutId).execute();
  } else {
    log.info('lines of a payout are not booked yet', { subject: payoutId, count: missing });
  }
}

/**
 * Has the lines of payouts read that are due: those whose reading was lost, and those of which something was missing. Each is asked for
 * again after as long as the payout is old by then, at least a minute, at most a day. Answers how many were due.
 */
export async function readDuePayouts({ db, clock }: Pick<Services, 'db' | 'clock'>): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const now = clock.now();
    const due = await trx
      .selectFrom('payouts')
      .select(['id', 'created_at'])
      .where('lines_due_at', '<=', now)
      .orderBy('lines_due_at')
      .limit(most)
      .forNoKeyUpdate()
      .skipLocked()
      .execute();
    for (const { id, created_at } of due) {
      const ageSeconds = (now.getTime() - created_at.getTime()) / 1000;
      const waitSeconds = Math.min(Math.max(ageSeconds, shortestWaitSeconds), longestWaitSeconds);
      await trx
        .updateTable('payouts')
        .set({ lines_due_at: plusSeconds(now, waitSeconds) })
        .where('id', '=', id)
        .execute();
      await stageJob(trx, 'read-payout-lines', { payoutId: id });
    }
    return due.length;
  });
}

/** One page of lines. Each that is not here is booked in a transaction of its own, as positions are drawn in it; the page then gets its payout at once. */
async function claimLines(services: Services, payoutId: string, lines: BalanceTransaction[]): Promise<number> {
  const ids = lines.map(({ id }) => id);
  const known = new Set(await findKnown(services, ids));
  let missing = 0;
  for (const line of lines.filter(({ id }) => !known.has(id))) {
    const { outcome } = await services.db.transaction().execute((trx) => recordBalanceTransaction(trx, services, line));
    missing += outcome === 'booked' ? 0 : 1;
  }
  await services.db
    .updateTable('balance_transactions')
    .set({ payout_id: payoutId })
    .where('id', 'in', [...ids, ''])
    .where('payout_id', 'is distinct from', payoutId)
    .execute();
  return missing;
}

async function findKnown({ db }: Services, ids: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('balance_transactions')
    .select('id')
    .where('id', 'in', [...ids, ''])
    .execute();
  return rows.map(({ id }) => id);
}
