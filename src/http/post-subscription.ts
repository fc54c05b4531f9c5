import { type GivingInput, readSubscriptionInput } from '../donations/giving-input.ts';
import { startSubscription } from '../subscriptions/start-subscription.ts';
import { givingRules } from './giving-rules.ts';
import { defineRoute } from './route.ts';
import { toStartedJson } from './started-json.ts';

/** Begins a recurring gift: answers the page at Stripe on which it starts. `amount` in the answer is what is charged each time. */
export const postSubscription = defineRoute<GivingInput<'month' | 'year'>>({
  name: 'POST /v1/subscriptions',
  read: (body, { services, locale }) => readSubscriptionInput(givingRules(services, locale), body),
  async handle({ services, input }) {
    return { status: 201, json: { ...toStartedJson(await startSubscription(services, input)), interval: input.interval } };
  },
});
