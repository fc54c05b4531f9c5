import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { collectInvoice, reviveCollection } from './collection.ts';
import { invalidParameter, refusedState } from './errors.ts';
import { change } from './events.ts';
import {
  anything,
  flag,
  group,
  listOf,
  mergedMetadata,
  metadata,
  needed,
  type Output,
  oneOf,
  shortText,
  text,
  wholeNumber,
} from './fields.ts';
import { newId } from './ids.ts';
import { createInvoice } from './invoice-creation.ts';
import { finalizeInvoice } from './invoices.ts';
import { changedItems, itemFields, withNewPeriod } from './subscription-items.ts';
import { get, idOf, type World } from './world.ts';

const prorationBehavior = oneOf('always_invoice', 'create_prorations', 'none');
/** Stripe's list of why somebody leaves. */
export const cancellationFeedback = oneOf(
  'customer_service',
  'low_quality',
  'missing_features',
  'other',
  'switched_service',
  'too_complex',
  'too_expensive',
  'unused',
);

/** Why somebody left, in their own words and by Stripe's list. */
export const cancellationDetails = group({ comment: text, feedback: cancellationFeedback });

/** What may be sent when a subscription is made and when it is changed. */
export const sharedSubscriptionFields = {
  default_payment_method: text,
  description: shortText(500),
  metadata,
  payment_settings: anything,
  off_session: flag,
  proration_behavior: prorationBehavior,
  trial_settings: group({
    end_behavior: needed(group({ missing_payment_method: needed(oneOf('cancel', 'create_invoice', 'pause')) })),
  }),
};

/** What happens at a trial's end, as it was asked for; undefined where nothing was said. */
export function trialSettingsOf({ trial_settings: asked }: Output<typeof sharedSubscriptionFields>) {
  return asked ? { end_behavior: { billing_cycle_anchor: null, ...asked.end_behavior } } : undefined;
}

/** What may be sent when a subscription is changed. */
export const updateFields = {
  ...sharedSubscriptionFields,
  items: listOf(itemFields),
  payment_behavior: anything,
  trial_end: oneOf('now'),
  cancel_at: wholeNumber(),
  cancel_at_period_end: flag,
  cancellation_details: cancellationDetails,
  pause_collection: group({ behavior: needed(oneOf('keep_as_draft', 'mark_uncollectible', 'void')), resumes_at: wholeNumber() }),
};

type Update = Output<typeof updateFields>;

/** Changes a subscription, with one event for all of it. Another interval begins a new period, which is collected at once. No prorations. */
export function updateSubscription(world: World, subscription: Stripe.Subscription, params: Update): void {
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
    ...endOfTrial(subscription, params, now),
    ...(invoice ? { billing_cycle_anchor: now, latest_invoice: invoice } : {}),
    ...(params.description === undefined ? {} : { description: params.description }),
    ...(params.pause_collection === undefined ? {} : { pause_collection: pauseOf(params) }),
    ...(params.default_payment_method === undefined ? {} : { default_payment_method: methodOf(world, subscription, params) }),
  };
  change(world, subscription, patch, 'customer.subscription.updated');
  if (params.trial_end === 'now') {
    schedule(world, now * 1000, 'end-trial', subscription.id);
  }
  scheduleWhatFollows(world, subscription);
  if (params.default_payment_method) {
    reviveCollection(world, idOf(subscription.customer));
  }
  if (invoice) {
    const created = createInvoice(world, subscription, 'subscription_update', invoice);
    finalizeInvoice(world, created);
    collectInvoice(world, created, { isOffSession: true });
  }
}

function endOfTrial({ status }: Stripe.Subscription, params: Update, now: number): Partial<Stripe.Subscription> {
  const settings = trialSettingsOf(params);
  return {
    ...(settings ? { trial_settings: settings } : {}),
    ...(params.trial_end === 'now' && status === 'trialing' ? { trial_end: now } : {}),
  };
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

/** The same group without what was not sent. */
export function withoutAbsent(values: object): object {
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
