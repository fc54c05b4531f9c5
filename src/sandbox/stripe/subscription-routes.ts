import type Stripe from 'stripe';
import { collectInvoice } from './collection.ts';
import { invalidParameter, refusedState } from './errors.ts';
import { change } from './events.ts';
import { anything, createdFilter, flag, group, listOf, mergedMetadata, needed, oneOf, text, wholeNumber } from './fields.ts';
import { newId } from './ids.ts';
import { createInvoice } from './invoice-creation.ts';
import { finalizeInvoice } from './invoices.ts';
import { page, pageFields } from './pagination.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { createPrice, itemPriceData } from './prices.ts';
import { type Route, route } from './route.ts';
import {
  cancellationDetails,
  sharedSubscriptionFields,
  updateFields,
  updateSubscription,
  withoutAbsent,
} from './subscription-updates.ts';
import { createSubscription, endSubscription } from './subscriptions.ts';
import { get, idOf, newestFirst, type World } from './world.ts';

const createFields = {
  ...sharedSubscriptionFields,
  customer: needed(text),
  items: needed(listOf(group({ price: text, price_data: itemPriceData, quantity: wholeNumber(1) }))),
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
  billing_mode: anything,
};

type Creation = Parameters<typeof createSubscription>[1];

function create(world: World, input: Omit<Creation, 'firstInvoice'>, waits: boolean): Stripe.Subscription {
  const firstInvoice = newId('in');
  const subscription = createSubscription(world, { ...input, firstInvoice });
  const invoice = createInvoice(world, subscription, 'subscription_create', firstInvoice);
  finalizeInvoice(world, invoice);
  if (!waits) {
    collectInvoice(world, invoice, {});
  }
  return subscription;
}

const listFields = { ...pageFields, customer: text, status: text, price: text, created: createdFilter };

/** Subscriptions: create, retrieve, update, cancel, list (without the ended ones, unless asked for them). */
export const subscriptionRoutes: Route[] = [
  route('post', '/v1/subscriptions', createFields, (world, { params }) => {
    const customer = get(world, 'customer', params.customer, 'customer');
    const paymentMethod = params.default_payment_method
      ? usePaymentMethod(world, params.default_payment_method, {}, 'default_payment_method').id
      : null;
    const isReady = paymentMethod ?? customer.invoice_settings.default_payment_method;
    const behavior = params.payment_behavior ?? 'allow_incomplete';
    if (!isReady && behavior !== 'default_incomplete') {
      throw refusedState('This customer has no attached payment source or default payment method.', 'resource_missing');
    }
    const items = params.items.map((item, position) => {
      const param = `items[${position}]`;
      const price = item.price
        ? get(world, 'price', item.price, `${param}[price]`)
        : item.price_data && createPrice(world, { ...item.price_data, active: false }, `${param}[price_data]`);
      if (!price?.recurring) {
        throw invalidParameter('Each item needs a recurring `price` or `price_data`.', param);
      }
      return { price, quantity: item.quantity ?? 1 };
    });
    const input = {
      customer: customer.id,
      items,
      metadata: mergedMetadata({}, params.metadata),
      description: params.description ?? null,
      paymentMethod,
    };
    return create(world, input, behavior === 'default_incomplete');
  }),
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
