import type { Services } from '../services.ts';

/** Ends a key at once and for good; says whether there was one to end. */
export async function revokeApiKey({ db, clock }: Pick<Services, 'db' | 'clock'>, id: string): Promise<boolean> {
  const result = await db
    .updateTable('api_keys')
    .set({ revoked_at: clock.now() })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
