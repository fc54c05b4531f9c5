import { z } from 'zod';
import { type GivingInput, readSubscriptionInput, subscriptionBody } from '../donations/giving-input.ts';
import { startSubscription } from '../subscriptions/start-subscription.ts';
import { admitGift, arrivalOf } from './admit-gift.ts';
import { givingRules } from './giving-rules.ts';
import { subscriptionId } from './openapi/words.ts';
import { defineRoute } from './route.ts';
import { proofHeader, startedJson, startRefusals, toStartedJson } from './started-json.ts';

/** Begins a recurring gift: answers the page at Stripe on which it starts. `amount` in the answer is what is charged each time. */
export const postSubscription = defineRoute<GivingInput<'month' | 'year'>>({
  name: 'POST /v1/subscriptions',
  summary: 'Begin a recurring gift',
  description: 'Answers the page at Stripe on which it starts; no money moves before that.',
  takes: subscriptionBody,
  headers: proofHeader,
  output: {
    201: {
      description: 'Written down, with a page to start it on.',
      json: startedJson.extend({ id: subscriptionId, interval: z.enum(['month', 'year']) }),
    },
  },
  refuses: startRefusals,
  read: (body, { services, locale }) => readSubscriptionInput(givingRules(services, locale), body),
  async handle({ services, input, source, request }) {
    const started = await admitGift(services, arrivalOf(input, source, request), (id) => startSubscription(services, input, id));
    return { status: 201, json: { ...toStartedJson(started), interval: input.interval } };
  },
});
