import { createDonation } from '../donations/create-donation.ts';
import { type GivingInput, readDonationInput } from '../donations/giving-input.ts';
import { givingRules } from './giving-rules.ts';
import { defineRoute } from './route.ts';
import { toStartedJson } from './started-json.ts';

/** Begins a one-time gift: answers the page at Stripe on which it is paid. `amount` in the answer is what will be charged. */
export const postDonation = defineRoute<GivingInput<'once'>>({
  name: 'POST /v1/donations',
  read: (body, { services, locale }) => readDonationInput(givingRules(services, locale), body),
  async handle({ services, input }) {
    return { status: 201, json: toStartedJson(await createDonation(services, input)) };
  },
});
