import { z } from 'zod';
import { createDonation } from '../donations/create-donation.ts';
import { readDonationInput } from '../donations/giving-input.ts';
import { givingRules } from './giving-rules.ts';
import { defineRoute } from './route.ts';
import { toStartedJson } from './started-json.ts';

/** Begins a one-time gift: answers the page at Stripe on which it is paid. `amount` in the answer is what will be charged. */
export const postDonation = defineRoute({
  name: 'POST /v1/donations',
  input: z.unknown(), // the newsroom's own bounds are checked together with the shape, so that one answer names all that is wrong
  async handle({ services, input, locale }) {
    const gift = readDonationInput(givingRules(services, locale), input);
    return { status: 201, json: toStartedJson(await createDonation(services, gift)) };
  },
});
