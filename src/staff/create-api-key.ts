import { newSecret } from '../id.ts';
import type { Services } from '../services.ts';
import { hashApiKey, type StaffRole } from './api-key.ts';

/** Makes a key for somebody of the staff. It is answered this once: only its SHA-256 is kept. */
export async function createApiKey(
  { db, clock, newId }: Pick<Services, 'db' | 'clock' | 'newId'>,
  input: { name: string; role: StaffRole },
): Promise<{ id: string; key: string }> {
  const id = newId('key');
  const key = `gratis_${newSecret(32)}`;
  await db
    .insertInto('api_keys')
    .values({ id, name: input.name, role: input.role, key_hash: hashApiKey(key), created_at: clock.now() })
    .execute();
  return { id, key };
}
