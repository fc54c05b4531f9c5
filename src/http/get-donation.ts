import { findDonation } from '../donations/find-donation.ts';
import { AppError } from '../errors.ts';
import { defineRoute } from './route.ts';

/** How a gift stands, for a thank-you page: no personal data, and its id opens nothing else. */
export const getDonation = defineRoute({
  name: 'GET /v1/donations/{id}',
  async handle({ services, params }) {
    const donation = await findDonation(services.db, params.id!);
    if (!donation) {
      throw new AppError('donation-not-found', 'There is no donation of this id.');
    }
    const { id, status, amount, interval, articleUrl } = donation;
    return {
      status: 200,
      json: { id, status, amount: amount.minor, currency: amount.currency, interval, article_url: articleUrl },
    };
  },
});
