import { recordSubscription } from '../src/subscriptions/record-subscription.ts';
import { defineHandler, ownId } from './handler.ts';

/** A recurring donation's state, amount and dates. */
export const subscription = defineHandler({
  types: [
    'customer.subscription.created',
    'customer.subscription.updated',
    'customer.subscription.deleted',
    'customer.subscription.paused',
    'customer.subscription.resumed',
  ],
  prefixes: ['sub_'],
  subject: ownId,
  read: ({ stripe }, subscriptionId) => stripe.getSubscription(subscriptionId),
  covers: ({ id }) => [id],
  async apply(trx, _services, reading, readNumber) {
    await recordSubscription(trx, reading, readNumber);
    return {};
  },
});
