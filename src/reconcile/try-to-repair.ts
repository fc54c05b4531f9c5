import type { Services } from '../services.ts';
import { retryOf } from '../stripe/retry.ts';

/**
 * Repairs one object. One that cannot be read leaves a line in the log and holds up no other; an outage of Stripe or Postgres is
 * thrown, as nothing else could be repaired either.
 */
export async function tryToRepair({ log }: Services, subject: string, repair: () => Promise<unknown>): Promise<void> {
  await repair().catch((error: unknown) => {
    if (retryOf(error) === 'until-it-works') throw error;
    log.warn('what differs from Stripe could not be repaired', { subject, error });
  });
}
