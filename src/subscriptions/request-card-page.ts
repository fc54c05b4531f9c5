import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';

/**
 * Where the card of a recurring gift can be changed: a page of Stripe's, made anew each time, that can do nothing else and leads back to
 * `returnUrl`. Throws `link-not-valid` where the gift has ended or was never paid, and what Stripe's gateway throws.
 */
export async function requestCardPage(services: Services, subscriptionId: string, returnUrl: string): Promise<string> {
  const found = await services.db
    .selectFrom('subscriptions')
    .select('stripe_customer_id')
    .where('id', '=', subscriptionId)
    .where('status', 'in', ['trialing', 'active', 'past_due', 'unpaid', 'paused'])
    .executeTakeFirst();
  if (!found?.stripe_customer_id) {
    throw new AppError('link-not-valid', 'This recurring gift has ended.');
  }
  return services.stripe.openCardPage(found.stripe_customer_id, returnUrl);
}
