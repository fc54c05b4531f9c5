import type { Services } from '../services.ts';
import { createApiKey } from './create-api-key.ts';
import { revokeApiKey } from './revoke-api-key.ts';

/** What was typed after `npm run key --`. */
export type KeyWords = { name?: string; role: string; revoke?: string };

/** Makes an API key, which is told this once, or ends one. Answers what was done. Throws an Error for what cannot be understood. */
export async function keyCommand(services: Services, { name, role, revoke }: KeyWords): Promise<string> {
  if (revoke) {
    if (!(await revokeApiKey(services, revoke))) throw new Error('there is no such key, or it has ended already');
    return `${revoke} has ended`;
  }
  if (role !== 'finance' && role !== 'admin') throw new Error('--role is finance or admin');
  if (!name) throw new Error('--name is needed: whose key it is');
  const { id, key } = await createApiKey(services, { name, role });
  return `${id}\nThe key, told this once: ${key}`;
}
