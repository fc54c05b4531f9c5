import { z } from 'zod';
import { AppError } from '../errors.ts';
import { findSubscription } from '../subscriptions/find-subscription.ts';
import { amount, articleUrl, currency, subscriptionId } from './openapi/words.ts';
import { defineRoute } from './route.ts';

const subscriptionJson = z.object({
  id: subscriptionId,
  status: z.string().describe('Ours until Stripe has one, then Stripe’s.'),
  first_donation_status: z.string().nullable().describe('Of the first instalment; null before there is one.'),
  amount,
  currency,
  interval: z.enum(['month', 'year']),
  article_url: articleUrl,
});

/** How a recurring gift stands, for a thank-you page; `status` is `pending` until its first instalment has succeeded. */
export const getSubscription = defineRoute({
  name: 'GET /v1/subscriptions/{id}',
  summary: 'How a recurring gift stands',
  description: 'What a thank-you page needs: no personal data, and the id opens nothing else.',
  output: { 200: { description: 'The recurring gift.', json: subscriptionJson } },
  refuses: ['subscription-not-found'],
  async handle({ services, params }) {
    const subscription = await findSubscription(services.db, params.id!);
    if (!subscription) {
      throw new AppError('subscription-not-found', 'There is no recurring donation of this id.');
    }
    const { id, status, firstDonationStatus, interval } = subscription;
    const { minor, currency } = subscription.amount;
    const gift = { id, status, first_donation_status: firstDonationStatus, amount: minor, currency };
    return { status: 200, json: { ...gift, interval, article_url: subscription.articleUrl } };
  },
});
