import { createDonation } from '../donations/create-donation.ts';
import { donationBody, type GivingInput, readDonationInput } from '../donations/giving-input.ts';
import { admitGift, arrivalOf } from './admit-gift.ts';
import { givingRules } from './giving-rules.ts';
import { defineRoute } from './route.ts';
import { proofHeader, startedJson, startRefusals, toStartedJson } from './started-json.ts';

/** Begins a one-time gift: answers the page at Stripe on which it is paid. `amount` in the answer is what will be charged. */
export const postDonation = defineRoute<GivingInput<'once'>>({
  name: 'POST /v1/donations',
  summary: 'Begin a one-time gift',
  description: 'Answers the page at Stripe on which it is paid; no money moves before that.',
  takes: donationBody,
  headers: proofHeader,
  output: { 201: { description: 'Written down, with a page to pay it on.', json: startedJson } },
  refuses: startRefusals,
  read: (body, { services, locale }) => readDonationInput(givingRules(services, locale), body),
  async handle({ services, input, source, request }) {
    const started = await admitGift(services, arrivalOf(input, source, request), (id) => createDonation(services, input, id));
    return { status: 201, json: toStartedJson(started) };
  },
});
