import type { Both } from './both.ts';

/** Nobody who was forgotten is brought back, however often Stripe is read. */
export async function compareErased({ rows, stage }: Both): Promise<string[]> {
  const erased = [...stage.notes.erased];
  if (erased.length === 0) return [];
  const found = await rows(
    `select 'a donor' as place, email as address from donors where lower(email) = any($1)
    union all select 'a mail', to_address from mails where lower(to_address) = any($1)
    union all select 'a page', parameters ->> 'email' from checkouts where lower(parameters ->> 'email') = any($1)`,
    erased,
  );
  return found.map(({ place, address }) => `${address} was forgotten and is in ${place}`);
}
