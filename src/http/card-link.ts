import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { findSubscription, type SubscriptionStanding } from '../subscriptions/find-subscription.ts';
import { linkIdOf } from './link-id.ts';

/** The recurring gift whose card a link allows to be changed; throws an AppError `link-not-valid` for any other address. */
export async function openCardLink(services: Services, token: string | undefined): Promise<SubscriptionStanding> {
  const subscription = await findSubscription(services.db, linkIdOf(services, 'card', token));
  if (!subscription) {
    throw new AppError('link-not-valid', 'What this link is about is not there any more.');
  }
  return subscription;
}
