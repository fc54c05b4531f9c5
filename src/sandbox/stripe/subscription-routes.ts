import type Stripe from 'stripe';
import { refusedState } from './errors.ts';
import { change } from './events.ts';
import { anything, createdFilter, flag, group, needed, oneOf, text } from './fields.ts';
import { page, pageFields } from './pagination.ts';
import { resumeSubscription } from './resumption.ts';
import { type Route, route } from './route.ts';
import { startFields, startSubscription } from './subscription-start.ts';
import { cancellationDetails, updateFields, updateSubscription, withoutAbsent } from './subscription-updates.ts';
import { endSubscription } from './subscriptions.ts';
import { get, idOf, newestFirst } from './world.ts';

const listFields = { ...pageFields, customer: text, status: text, price: text, created: createdFilter };

const resumeFields = {
  billing_cycle_anchor: group({ type: needed(oneOf('now')) }),
  payment_behavior: anything,
  proration_behavior: anything,
};

/** Subscriptions: create, retrieve, update, resume, cancel, list (without the ended ones, unless asked for them). */
export const subscriptionRoutes: Route[] = [
  route('post', '/v1/subscriptions', startFields, (world, { params }) => startSubscription(world, params)),
  route('get', '/v1/subscriptions', listFields, (world, { params }) => {
    const rows = newestFirst(world, 'subscription').filter(
      (subscription) =>
        (!params.customer || idOf(subscription.customer) === params.customer) &&
        (!params.price || subscription.items.data.some((item) => item.price.id === params.price)) &&
        (params.status ? matchesStatus(subscription, params.status) : subscription.status !== 'canceled') &&
        (params.created?.(subscription.created) ?? true),
    );
    return page(rows, params, '/v1/subscriptions');
  }),
  route('get', '/v1/subscriptions/{id}', {}, (world, { id }) => get(world, 'subscription', id)),
  route('post', '/v1/subscriptions/{id}', updateFields, (world, { id, params }) => {
    const subscription = get(world, 'subscription', id);
    updateSubscription(world, subscription, params);
    return subscription;
  }),
  route('post', '/v1/subscriptions/{id}/resume', resumeFields, (world, { id }) => {
    const subscription = get(world, 'subscription', id);
    resumeSubscription(world, subscription);
    return subscription;
  }),
  route(
    'delete',
    '/v1/subscriptions/{id}',
    { invoice_now: flag, prorate: flag, cancellation_details: cancellationDetails },
    (world, { id, params }) => {
      const subscription = get(world, 'subscription', id);
      if (['canceled', 'incomplete_expired'].includes(subscription.status)) {
        throw refusedState(`No such subscription: ${id}`, 'resource_missing');
      }
      const details = {
        comment: null,
        feedback: null,
        feedback_option: null,
        reason: null,
        ...subscription.cancellation_details,
      };
      change(world, subscription, { cancellation_details: { ...details, ...withoutAbsent(params.cancellation_details ?? {}) } });
      endSubscription(world, subscription, 'cancellation_requested');
      return subscription;
    },
  ),
];

function matchesStatus(subscription: Stripe.Subscription, status: string): boolean {
  const ended = ['canceled', 'incomplete_expired'].includes(subscription.status);
  return status === 'all' || (status === 'ended' ? ended : subscription.status === status);
}
