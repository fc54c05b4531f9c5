import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { change, emit } from './events.ts';
import { newId } from './ids.ts';
import { periodEnd } from './periods.ts';
import { idOf, insert, type World } from './world.ts';

type SubscriptionInput = {
  customer: string;
  items: { price: Stripe.Price; quantity: number }[];
  metadata: Stripe.Metadata;
  description: string | null;
  paymentMethod: string | null;
  firstInvoice: string;
  /** It begins with a trial that ends then, in seconds. */
  trialEnd?: number | null;
  trialSettings?: Stripe.Subscription.TrialSettings;
};

/** A new subscription that waits for its first invoice to be paid, or that is on trial. Its first period, or its trial, begins now. */
export function createSubscription(world: World, input: SubscriptionInput): Stripe.Subscription {
  const id = newId('sub');
  const now = world.clock.seconds();
  const trialEnd = input.trialEnd ?? null;
  const subscription = insert(world, 'subscription', {
    ...unusedSubscriptionFields,
    id,
    object: 'subscription',
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: trialEnd ?? now,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible', updated_at: now },
    billing_schedules: [],
    cancel_at_period_end: false,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: now,
    currency: input.items[0]!.price.currency,
    customer: input.customer,
    default_payment_method: input.paymentMethod,
    default_tax_rates: [],
    description: input.description,
    discounts: [],
    invoice_settings: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: { type: 'self' } },
    items: {
      object: 'list',
      data: input.items.map(({ price, quantity }) => ({
        ...newItem(world, id, price, quantity, now),
        ...(trialEnd === null ? {} : { current_period_end: trialEnd }),
      })),
      has_more: false,
      url: `/v1/subscription_items?subscription=${id}`,
    },
    latest_invoice: input.firstInvoice,
    livemode: false,
    metadata: { ...input.metadata },
    payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: 'off' },
    start_date: now,
    status: trialEnd === null ? 'incomplete' : 'trialing',
    trial_end: trialEnd,
    trial_settings: input.trialSettings ?? {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
    },
    trial_start: trialEnd === null ? null : now,
  });
  emit(world, 'customer.subscription.created', subscription);
  schedule(world, (now + 23 * 3600) * 1000, 'expire-incomplete', id);
  schedule(world, subscription.items.data[0]!.current_period_end * 1000, 'renew-subscription', id);
  return subscription;
}

const unusedSubscriptionFields = {
  application: null,
  application_fee_percent: null,
  billing_cycle_anchor_config: null,
  billing_thresholds: null,
  cancel_at: null,
  canceled_at: null,
  customer_account: null,
  days_until_due: null,
  default_source: null,
  ended_at: null,
  managed_payments: null,
  next_pending_invoice_item_invoice: null,
  on_behalf_of: null,
  pause_collection: null,
  pending_invoice_item_interval: null,
  pending_setup_intent: null,
  pending_update: null,
  schedule: null,
  test_clock: null,
  transfer_data: null,
} satisfies Partial<Stripe.Subscription>;

/** An item whose current period begins at `start` (seconds), the anchor of its repetitions. */
export function newItem(
  world: World,
  subscription: string,
  price: Stripe.Price,
  quantity: number,
  start: number,
): Stripe.SubscriptionItem {
  return {
    id: newId('si'),
    object: 'subscription_item',
    billing_thresholds: null,
    created: world.clock.seconds(),
    current_period_end: periodEnd(start, start, price.recurring!),
    current_period_start: start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(price),
    price: structuredClone(price),
    quantity,
    subscription,
    tax_rates: [],
  };
}

/** The older name for a recurring price, which items still carry. */
export function planOf(price: Stripe.Price): Stripe.Plan {
  return {
    id: price.id,
    object: 'plan',
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: 'per_unit',
    created: price.created,
    currency: price.currency,
    interval: price.recurring!.interval,
    interval_count: price.recurring!.interval_count,
    livemode: false,
    metadata: price.metadata,
    meter: null,
    nickname: price.nickname,
    product: idOf(price.product),
    tiers_mode: null,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  };
}

type EndReason = 'cancellation_requested' | 'payment_failed';

/** Ends a subscription now. What it still had to collect is left where it is, but no longer tried by itself. */
export function endSubscription(world: World, subscription: Stripe.Subscription, reason: EndReason): void {
  const now = world.clock.seconds();
  change(world, subscription, {
    status: 'canceled',
    canceled_at: subscription.canceled_at ?? now,
    ended_at: now,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, ...subscription.cancellation_details, reason },
  });
  for (const invoice of invoicesOf(world, subscription.id)) {
    if (invoice.status === 'draft' || invoice.status === 'open') {
      change(world, invoice, { auto_advance: false, next_payment_attempt: null });
    }
  }
  emit(world, 'customer.subscription.deleted', subscription);
}

/** The subscriptions of a customer that have not ended. */
export function runningSubscriptions(world: World, customer: string): Stripe.Subscription[] {
  const ended = ['canceled', 'incomplete_expired'];
  return [...world.tables.subscription.values()].filter((row) => idOf(row.customer) === customer && !ended.includes(row.status));
}

/** All invoices of a subscription, oldest first. */
export function invoicesOf(world: World, subscription: string): Stripe.Invoice[] {
  return [...world.tables.invoice.values()].filter((invoice) => subscriptionOf(invoice) === subscription);
}

/** The id of the subscription that an invoice belongs to; empty where it belongs to none. */
export function subscriptionOf(invoice: Stripe.Invoice): string {
  return idOf(invoice.parent?.subscription_details?.subscription);
}
