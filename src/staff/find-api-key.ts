import { sql } from 'kysely';
import type { Services } from '../services.ts';
import { hashApiKey, looksLikeApiKey, type StaffRole } from './api-key.ts';

/** Whose key it is; undefined where it is unknown or revoked. When it was last used is noted once a minute at most. */
export async function findApiKey(
  { db, clock }: Pick<Services, 'db' | 'clock'>,
  key: string,
): Promise<{ id: string; name: string; role: StaffRole } | undefined> {
  if (!looksLikeApiKey(key)) {
    return undefined;
  }
  const found = await db
    .selectFrom('api_keys')
    .select(['id', 'name', 'role'])
    .where('key_hash', '=', hashApiKey(key))
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (!found) {
    return undefined;
  }
  const now = clock.now();
  await sql`update api_keys set last_used_at = ${now}
    where id = ${found.id} and (last_used_at is null or last_used_at < ${now}::timestamptz - interval '1 minute')`.execute(db);
  return { ...found, role: found.role as StaffRole };
}
