import type { Services } from '../services.ts';
import { eraseDonor } from './erase-donor.ts';

/** `npm run erase -- <dnr_…>`: forgets a person and says what was done. Throws what eraseDonor throws. */
export async function eraseCommand(services: Services, donorId: string, options: { stop?: boolean }): Promise<string> {
  const { erasedAt, stopped } = await eraseDonor(services, { donorId, stop: options.stop, askedBy: 'shell' });
  return [`${donorId} is forgotten since ${erasedAt.toISOString()}`, ...stopped.map((id) => `${id} is being ended`)].join('\n');
}
