import { z } from 'zod';
import { readSubscriptionInput } from '../donations/giving-input.ts';
import { startSubscription } from '../subscriptions/start-subscription.ts';
import { givingRules } from './giving-rules.ts';
import { defineRoute } from './route.ts';
import { toStartedJson } from './started-json.ts';

/** Begins a recurring gift: answers the page at Stripe on which it starts. `amount` in the answer is what is charged each time. */
export const postSubscription = defineRoute({
  name: 'POST /v1/subscriptions',
  input: z.unknown(),
  async handle({ services, input, locale }) {
    const gift = readSubscriptionInput(givingRules(services, locale), input);
    return { status: 201, json: { ...toStartedJson(await startSubscription(services, gift)), interval: gift.interval } };
  },
});
