import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { Donation } from './lock-donation.ts';

/**
 * What banks have taken back of a gift for good, in the gift's currency and never more than is left beside its refunds. A dispute in
 * another currency than the gift's counts as the whole: a receipt must not attest more than was kept.
 */
export async function sumLost(trx: Trx, donation: Donation): Promise<bigint> {
  const { currency, amount_minor, refunded_minor } = donation;
  const lost = sql`coalesce(sum(case when currency = ${currency} then amount_minor else ${amount_minor} end), 0)`;
  const { lost_minor } = await trx
    .selectFrom('disputes')
    .select(sql<bigint>`least(${lost}, ${amount_minor - refunded_minor})::bigint`.as('lost_minor'))
    .where('donation_id', '=', donation.id)
    .where((row) =>
      row.or([row('status', 'in', lostStatuses), row.and([row('status', '=', 'prevented'), row('withdrawn_minor', '>', 0n)])]),
    )
    .executeTakeFirstOrThrow();
  return lost_minor;
}

/** Whether the bank has decided against the newsroom. An appeal changes that only when it is won; one that was prevented took money or not. */
export function isLost({ status, withdrawn_minor }: { status: string; withdrawn_minor: bigint }): boolean {
  return lostStatuses.includes(status) || (status === 'prevented' && withdrawn_minor > 0n);
}

const lostStatuses = ['lost', 'appeal_needs_response', 'appeal_under_review'];
