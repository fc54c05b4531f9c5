import { getWholePayout } from '../lists/find-payout.ts';
import { wholePayoutJson } from './openapi/whole-gift.ts';
import { defineRoute } from './route.ts';

/** One payout: its lines, their sum, and what it differs by. */
export const getPayout = defineRoute({
  name: 'GET /v1/admin/payouts/{id}',
  summary: 'What a payout is made of',
  description: 'Amounts are integers in the smallest unit of its currency.',
  output: { 200: { description: 'The payout.', json: wholePayoutJson } },
  refuses: ['payout-not-found'],
  async handle({ services, params }) {
    return { status: 200, json: await getWholePayout(services.db, params.id!) };
  },
});
