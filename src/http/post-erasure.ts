import { z } from 'zod';
import { eraseDonor } from '../erasure/erase-donor.ts';
import { donorId, instant, subscriptionId } from './openapi/words.ts';
import { defineRoute } from './route.ts';
import { staffInput } from './staff-input.ts';

const erasureBody = z.strictObject({
  stop: z
    .boolean()
    .optional()
    .describe('Also ends recurring gifts that still run; without it they are named, and nothing is erased.'),
});

const erasureJson = z.object({
  id: donorId,
  erased_at: instant,
  stopped: z.array(subscriptionId).describe('Recurring gifts that are being ended for it.'),
});

/** A person is forgotten; their gifts stay in the books, of a donor without a name. */
export const postErasure = defineRoute<z.output<typeof erasureBody>>({
  name: 'POST /v1/admin/donors/{id}/erasure',
  summary: 'Forget a person',
  description: 'Safe twice. Reading Stripe again brings nobody back; who gives anew is a new donor.',
  takes: erasureBody,
  output: { 200: { description: 'Forgotten, now or before.', json: erasureJson } },
  refuses: ['donor-not-found', 'recurring-gifts-run', 'request-not-possible'],
  read: (given) => staffInput(erasureBody)(given ?? {}),
  async handle({ services, params, input, caller }) {
    const erasure = await eraseDonor(services, { donorId: params.id!, stop: input.stop, askedBy: caller!.id });
    return { status: 200, json: { id: erasure.donorId, erased_at: erasure.erasedAt, stopped: erasure.stopped } };
  },
});
