import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { Donation } from '../donations/lock-donation.ts';

/**
 * What can still be given back of a gift, in minor units of its currency: refunds that are asked for, unknown or pending count as
 * gone, and so does what a bank took back or may keep. The caller has locked the gift.
 */
export async function leftToRefund(trx: Trx, { id, status, amount_minor }: Donation): Promise<bigint> {
  if (status !== 'succeeded') {
    return 0n;
  }
  const { rows } = await sql<{ gone: bigint }>`
    select (
      coalesce((select sum(amount_minor) from refunds
        where donation_id = ${id} and status not in ('failed', 'canceled')), 0)
      + coalesce((select sum(amount_minor) from disputes
        where donation_id = ${id} and status not in ('won', 'prevented') and status not like 'warning%'), 0)
    )::bigint as gone`.execute(trx);
  const left = amount_minor - rows[0]!.gone;
  return left > 0n ? left : 0n;
}
