import { z } from 'zod';
import type { Described } from '../route.ts';

/** The endpoint that Stripe calls; it is mounted with a way of its own. */
export const stripeWebhook: Described = {
  name: 'POST /webhooks/stripe',
  summary: 'Stripe says that something changed',
  description:
    'The raw body of an event, signed in Stripe-Signature. 2xx once it is stored; 5xx only where it could not be, so that Stripe sends it again.',
  takes: z.looseObject({ id: z.string().describe('evt_…'), object: z.literal('event'), type: z.string() }),
  output: { 200: { description: 'It is stored, now or before.', json: z.object({ received: z.string() }) } },
  refuses: ['signature-not-valid', 'body-not-readable', 'body-too-large', 'database-unavailable'],
};
