import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';
import { findCheckout } from './checkout.ts';

/** Has the session of a gift read at Stripe, as an event about it would, so that a late one keeps nobody waiting. */
export async function requestReading({ db }: Pick<Services, 'db'>, giftId: string): Promise<void> {
  const checkout = await findCheckout(db, giftId);
  const subject = checkout?.stripe_checkout_session_id;
  if (subject) {
    await stageJob(db, 'read-object', { subject });
  }
}
