import { AppError } from '../errors.ts';
import { findSubscription } from '../subscriptions/find-subscription.ts';
import { defineRoute } from './route.ts';

/** How a recurring gift stands, for a thank-you page; `status` is `pending` until its first instalment has succeeded. */
export const getSubscription = defineRoute({
  name: 'GET /v1/subscriptions/{id}',
  async handle({ services, params }) {
    const subscription = await findSubscription(services.db, params.id!);
    if (!subscription) {
      throw new AppError('subscription-not-found', 'There is no recurring donation of this id.');
    }
    const { id, status, firstDonationStatus, amount, interval, articleUrl } = subscription;
    const gift = { id, status, first_donation_status: firstDonationStatus, amount: amount.minor, currency: amount.currency };
    return { status: 200, json: { ...gift, interval, article_url: articleUrl } };
  },
});
