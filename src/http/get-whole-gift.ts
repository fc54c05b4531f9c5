import { getWholeGift } from '../lists/find-gift.ts';
import { wholeGiftJson } from './openapi/whole-gift.ts';
import { defineRoute } from './route.ts';

/** One gift whole: who gave it, what became of it, and every paper about it. */
export const getAdminDonation = defineRoute({
  name: 'GET /v1/admin/donations/{id}',
  summary: 'One gift whole',
  description: 'Amounts are integers in the smallest unit of their currency.',
  output: { 200: { description: 'The gift.', json: wholeGiftJson } },
  refuses: ['donation-not-found'],
  async handle({ services, params }) {
    return { status: 200, json: await getWholeGift(services.db, params.id!) };
  },
});
