import type { Trx } from '../db/database.ts';
import type { Services } from '../services.ts';
import { attachDonor, type Person } from './attach-donor.ts';

/**
 * The donor that a gift or a subscription should have once a session says who paid it: that person, unless the one it has was erased.
 * Where the session names nobody it keeps the one it has.
 */
export async function chooseDonor(
  trx: Trx,
  services: Pick<Services, 'newId'>,
  current: string | null,
  person: Person,
): Promise<string | null> {
  const isErased = current !== null && (await hasBeenErased(trx, current));
  return isErased ? current : ((await attachDonor(trx, services, person)) ?? current);
}

async function hasBeenErased(trx: Trx, donorId: string): Promise<boolean> {
  const donor = await trx.selectFrom('donors').select('erased_at').where('id', '=', donorId).executeTakeFirst();
  return donor?.erased_at != null;
}
