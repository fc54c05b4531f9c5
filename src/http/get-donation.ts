import { z } from 'zod';
import { findDonation } from '../donations/find-donation.ts';
import { AppError } from '../errors.ts';
import { amount, articleUrl, currency, donationId } from './openapi/words.ts';
import { defineRoute } from './route.ts';

const donationJson = z.object({
  id: donationId,
  status: z.enum(['pending', 'processing', 'succeeded', 'failed', 'expired']),
  amount,
  currency,
  interval: z.enum(['once', 'month', 'year']),
  article_url: articleUrl,
});

/** How a gift stands, for a thank-you page: no personal data, and its id opens nothing else. */
export const getDonation = defineRoute({
  name: 'GET /v1/donations/{id}',
  summary: 'How a gift stands',
  description: 'What a thank-you page needs: no personal data, and the id opens nothing else.',
  output: { 200: { description: 'The gift.', json: donationJson } },
  refuses: ['donation-not-found'],
  async handle({ services, params }) {
    const donation = await findDonation(services.db, params.id!);
    if (!donation) {
      throw new AppError('donation-not-found', 'There is no donation of this id.');
    }
    const { id, status, interval } = donation;
    return {
      status: 200,
      json: {
        id,
        status,
        amount: donation.amount.minor,
        currency: donation.amount.currency,
        interval,
        article_url: donation.articleUrl,
      },
    };
  },
});
