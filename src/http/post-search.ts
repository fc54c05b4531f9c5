import { z } from 'zod';
import { search } from '../lists/search.ts';
import { donationId } from './openapi/words.ts';
import { defineRoute } from './route.ts';
import { staffInput } from './staff-input.ts';

const searchBody = z.strictObject({
  text: z
    .string()
    .min(2)
    .max(200)
    .describe(
      'An id of ours or of Stripe’s, a receipt’s number, the beginning of an e-mail address or of a name’s words, the address of an article, or the host (`example.org`) of e-mail addresses or articles.',
    ),
});

const searchJson = z.object({
  data: z.array(
    z.object({
      kind: z.enum(['donation', 'subscription', 'donor', 'refund', 'dispute', 'payout', 'event', 'receipt']),
      id: z.string(),
      donation_id: donationId.nullable(),
      label: z.string().nullable(),
    }),
  ),
});

/** Looks for people and papers; what is looked for comes in the body, so that no name stands in an address or a log. */
export const postSearch = defineRoute<z.output<typeof searchBody>>({
  name: 'POST /v1/admin/search',
  summary: 'Find a gift, a donor or a paper',
  description: 'At most 20 hits. That somebody searched is kept; what for is not.',
  takes: searchBody,
  output: { 200: { description: 'What fits.', json: searchJson } },
  refuses: ['request-not-possible', 'database-unavailable'],
  read: staffInput(searchBody),
  async handle({ services, input, caller }) {
    return { status: 200, json: { data: await search(services, input.text, caller!.id) } };
  },
});
