import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { collectInvoice } from './collection.ts';
import { invalidParameter, refusedState } from './errors.ts';
import { change } from './events.ts';
import {
  anything,
  createdFilter,
  flag,
  group,
  listOf,
  mergedMetadata,
  metadata,
  needed,
  oneOf,
  shortText,
  text,
  wholeNumber,
} from './fields.ts';
import { newId } from './ids.ts';
import { createInvoice, finalizeInvoice } from './invoices.ts';
import { page, pageFields } from './pagination.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { createPrice, itemPriceData } from './prices.ts';
import { type Route, route } from './route.ts';
import { changedItems, itemFields, withNewPeriod } from './subscription-items.ts';
import { createSubscription, endSubscription } from './subscriptions.ts';
import { get, idOf, newestFirst, type World } from './world.ts';

const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
const cancellationDetails = group({
  comment: text,
  feedback: oneOf(
    'customer_service',
    'low_quality',
    'missing_features',
    'other',
    'switched_service',
    'too_complex',
    'too_expensive',
    'unused',
  ),
});

const sharedFields = {
  default_payment_method: text,
  description: shortText(500),
  metadata,
  payment_settings: anything,
  off_session: flag,
  proration_behavior: prorationBehavior,
};

const createFields = {
  ...sharedFields,
  customer: needed(text),
  items: needed(listOf(group({ price: text, price_data: itemPriceData, quantity: wholeNumber(1) }))),
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
  billing_mode: anything,
};

const updateFields = {
  ...sharedFields,
  items: listOf(itemFields),
  payment_behavior: anything,
  cancel_at: wholeNumber(),
  cancel_at_period_end: flag,
  cancellation_details: cancellationDetails,
  pause_collection: group({ behavior: needed(oneOf('keep_as_draft', 'mark_uncollectible', 'void')), resumes_at: wholeNumber() }),
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

type Update = ReturnType<ReturnType<typeof group<typeof updateFields>>['read']>;

function update(world: World, subscription: Stripe.Subscription, params: Update): void {
  if (['canceled', 'incomplete_expired'].includes(subscription.status) && (params.items || params.cancel_at_period_end != null)) {
    throw refusedState(
      'A canceled subscription can only update its cancellation_details and metadata.',
      'invalid_canceled_subscription_fields',
    );
  }
  const items = params.items ? changedItems(world, subscription, params.items) : subscription.items.data;
  const restarts = items.some((item, position) => {
    const before = subscription.items.data[position];
    return before && before.price.recurring?.interval !== item.price.recurring?.interval;
  });
  const now = world.clock.seconds();
  const invoice = restarts ? newId('in') : null;
  const patch: Partial<Stripe.Subscription> = {
    ...endingOf(subscription, params, now),
    items: { ...subscription.items, data: restarts ? items.map((item) => withNewPeriod(item, now)) : items },
    metadata: mergedMetadata(subscription.metadata, params.metadata),
    ...(invoice ? { billing_cycle_anchor: now, latest_invoice: invoice } : {}),
    ...(params.description === undefined ? {} : { description: params.description }),
    ...(params.pause_collection === undefined ? {} : { pause_collection: pauseOf(params) }),
    ...(params.default_payment_method === undefined ? {} : { default_payment_method: methodOf(world, subscription, params) }),
  };
  change(world, subscription, patch, 'customer.subscription.updated');
  scheduleWhatFollows(world, subscription);
  if (invoice) {
    const created = createInvoice(world, subscription, 'subscription_update', invoice);
    finalizeInvoice(world, created);
    collectInvoice(world, created, { isOffSession: true });
  }
}

function pauseOf({ pause_collection: pause }: Update): Stripe.Subscription.PauseCollection | null {
  return pause ? { behavior: pause.behavior, resumes_at: pause.resumes_at ?? null } : null;
}

function methodOf(world: World, subscription: Stripe.Subscription, params: Update): string | null {
  const named = params.default_payment_method;
  if (!named) {
    return null;
  }
  const method = get(world, 'payment_method', named, 'default_payment_method');
  if (method.customer !== idOf(subscription.customer)) {
    throw invalidParameter(
      `The payment method ${named} does not belong to the subscription's customer.`,
      'default_payment_method',
    );
  }
  return method.id;
}

/** When the subscription will end, as it was and as it is now wished. */
function endingOf(subscription: Stripe.Subscription, params: Update, now: number): Partial<Stripe.Subscription> {
  const details = { comment: null, feedback: null, feedback_option: null, reason: null, ...subscription.cancellation_details };
  const said = params.cancellation_details ? { ...details, ...withoutAbsent(params.cancellation_details) } : details;
  if (params.cancel_at_period_end == null && params.cancel_at === undefined) {
    return params.cancellation_details ? { cancellation_details: said } : {};
  }
  const periodEnds = Math.max(...subscription.items.data.map((item) => item.current_period_end));
  const cancelAt = params.cancel_at_period_end ? periodEnds : (params.cancel_at ?? null);
  return {
    cancel_at: cancelAt,
    cancel_at_period_end: params.cancel_at_period_end ?? false,
    canceled_at: cancelAt === null ? null : now,
    cancellation_details: { ...said, reason: cancelAt === null ? null : 'cancellation_requested' },
  };
}

function withoutAbsent(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

function scheduleWhatFollows(world: World, subscription: Stripe.Subscription): void {
  const resumesAt = subscription.pause_collection?.resumes_at;
  if (resumesAt) {
    schedule(world, resumesAt * 1000, 'resume-collection', subscription.id);
  }
  if (subscription.cancel_at) {
    schedule(world, subscription.cancel_at * 1000, 'end-subscription', subscription.id);
  }
  schedule(world, subscription.items.data[0]!.current_period_end * 1000, 'renew-subscription', subscription.id);
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
    update(world, subscription, params);
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
