import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { openLink } from '../signed-link.ts';
import { findSubscription, type SubscriptionStanding } from '../subscriptions/find-subscription.ts';

/** The recurring gift whose end a link allows; throws `link-not-valid` for any other address. */
export async function openStopLink(
  { config, db }: Pick<Services, 'config' | 'db'>,
  token: string,
): Promise<SubscriptionStanding> {
  const id = openLink(config.sessionSecret, 'stop', token);
  const subscription = id === undefined ? undefined : await findSubscription(db, id);
  if (!subscription) {
    throw new AppError('link-not-valid', 'This link was not made by us, or is not whole.');
  }
  return subscription;
}
