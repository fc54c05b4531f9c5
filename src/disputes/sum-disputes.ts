import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { Donation } from '../donations/lock-donation.ts';

/**
 * Sets what its disputes withhold of a gift (withdrawn less what came back), what they cost, and how the latest of them stands; answers
 * the gift. As a rule all of it is in the gift's settlement currency; what is not is noted for a person. The caller has locked the gift.
 */
export async function sumDisputes(trx: Trx, donation: Donation): Promise<Donation> {
  const sums = await trx
    .selectFrom('disputes')
    .select([
      sql<bigint>`coalesce(sum(withdrawn_minor), 0)::bigint`.as('disputed_minor'),
      sql<bigint>`coalesce(sum(fee_minor), 0)::bigint`.as('dispute_fee_minor'),
      sql<string | null>`(array_agg(status order by created_at desc, id desc))[1]`.as('dispute_status'),
    ])
    .where('donation_id', '=', donation.id)
    .executeTakeFirstOrThrow();
  return trx.updateTable('donations').set(sums).where('id', '=', donation.id).returningAll().executeTakeFirstOrThrow();
}

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
