import { sql } from 'kysely';
import type { Reader } from '../db/database.ts';
import { AppError } from '../errors.ts';

type Row = Record<string, unknown>;

/** A payout of more lines shows so many; its sum is of all, and the report `payouts` has them all. */
const mostLines = 5000;

/**
 * A payout, the balance transactions that it is made of, their sum and what it differs by; amounts in minor units of its currency.
 * Throws payout-not-found.
 */
export async function getWholePayout(db: Reader, id: string): Promise<Row> {
  const { rows } = await sql<Row>`
    select payouts.id, payouts.status, payouts.currency, payouts.amount_minor as amount, payouts.automatic,
      payouts.reconciliation_status, payouts.arrival_on, payouts.failure_code, payouts.created_at, payouts.lines_read_at,
      sums.count as line_count, sums.net as sum, payouts.amount_minor - sums.net as difference
    from payouts
    cross join lateral (
      select count(*) as count, coalesce(sum(net_minor), 0)::bigint as net
      from balance_transactions
      where payout_id = payouts.id and source_id is distinct from payouts.id
    ) as sums
    where payouts.id = ${id}`.execute(db);
  if (!rows[0]) {
    throw new AppError('payout-not-found', 'There is no payout of this id.');
  }
  return { ...rows[0], lines: await linesOf(db, id) };
}

async function linesOf(db: Reader, id: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select moved.id, moved.type, moved.reporting_category, journals.kind, journals.donation_id, journals.refund_id,
      journals.dispute_id, moved.source_id, moved.amount_minor as gross, moved.fee_minor as fee, moved.net_minor as net,
      moved.created_at
    from balance_transactions moved
    left join ledger_journals journals on journals.stripe_balance_transaction_id = moved.id
    where moved.payout_id = ${id} and moved.source_id is distinct from ${id}
    order by moved.created_at, moved.id
    limit ${mostLines}`.execute(db);
  return rows;
}
