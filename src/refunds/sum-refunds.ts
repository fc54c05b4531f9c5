import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { Donation } from '../donations/lock-donation.ts';

/** Sets what is refunded of a gift to the sum of its succeeded refunds, and answers the gift; the caller has locked it. */
export async function sumRefunds(trx: Trx, donation: Donation): Promise<Donation> {
  const sums = await trx
    .selectFrom('refunds')
    .select([
      sql<bigint>`coalesce(sum(amount_minor), 0)::bigint`.as('refunded_minor'),
      sql<bigint>`coalesce(sum(settled_minor), 0)::bigint`.as('refunded_settled_minor'),
    ])
    .where('donation_id', '=', donation.id)
    .where('status', '=', 'succeeded')
    .executeTakeFirstOrThrow();
  return trx.updateTable('donations').set(sums).where('id', '=', donation.id).returningAll().executeTakeFirstOrThrow();
}
