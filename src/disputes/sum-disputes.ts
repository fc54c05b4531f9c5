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
