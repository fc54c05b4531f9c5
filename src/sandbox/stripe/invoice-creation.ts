import type Stripe from 'stripe';
import { emit } from './events.ts';
import { newId } from './ids.ts';
import { pendingItems } from './invoice-items.ts';
import { lineOfItem, lineOfSubscription } from './invoice-lines.ts';
import { get, idOf, insert, type World } from './world.ts';

type Reason = 'subscription_create' | 'subscription_cycle' | 'subscription_update';

/** A draft invoice over one period of a subscription, with its event. */
export function createInvoice(world: World, subscription: Stripe.Subscription, reason: Reason, id = newId('in')): Stripe.Invoice {
  const now = world.clock.seconds();
  const lines = subscription.items.data.map((item) => lineOfSubscription(subscription, item, id));
  const isFirst = reason === 'subscription_create';
  return insertDraft(world, get(world, 'customer', idOf(subscription.customer)), id, lines, {
    auto_advance: true,
    automatically_finalizes_at: isFirst ? null : now + 3600,
    billing_reason: reason,
    currency: subscription.currency,
    parent: {
      quote_details: null,
      subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
      type: 'subscription_details',
    },
    period_start: isFirst ? now : (lines[0]?.period.start ?? now),
  });
}

type ManualInput = Partial<Pick<Stripe.Invoice, 'auto_advance' | 'description' | 'metadata' | 'currency'>>;

/** A draft invoice over what waits to be billed to a customer, or over nothing yet, with its event. */
export function createManualInvoice(
  world: World,
  customer: Stripe.Customer,
  input: ManualInput & { takesPendingItems: boolean },
): Stripe.Invoice {
  const { takesPendingItems, ...more } = input;
  const id = newId('in');
  const waiting = takesPendingItems ? pendingItems(world, customer.id) : [];
  const currency = input.currency ?? waiting[0]?.currency ?? 'usd';
  const items = waiting.filter((item) => item.currency === currency);
  for (const item of items) {
    item.invoice = id;
  }
  const lines = items.map((item) => lineOfItem(item, id));
  return insertDraft(world, customer, id, lines, { ...more, billing_reason: 'manual', currency, parent: null });
}

type Draft = Partial<Stripe.Invoice> & Pick<Stripe.Invoice, 'billing_reason' | 'currency' | 'parent'>;

function insertDraft(
  world: World,
  customer: Stripe.Customer,
  id: string,
  lines: Stripe.InvoiceLineItem[],
  draft: Draft,
): Stripe.Invoice {
  const now = world.clock.seconds();
  const invoice = insert(world, 'invoice', {
    ...unusedInvoiceFields,
    ...billedTo(customer),
    ...amountsOf(lines.reduce((sum, line) => sum + line.amount, 0)),
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: world.settings.brandName,
    attempt_count: 0,
    attempted: false,
    auto_advance: false,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: null,
    collection_method: 'charge_automatically',
    created: now,
    default_tax_rates: [],
    discounts: [],
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: now,
    period_start: now,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    webhooks_delivered_at: now,
    ...draft,
  });
  emit(world, 'invoice.created', invoice);
  return invoice;
}

function billedTo(customer: Stripe.Customer) {
  return {
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_tax_exempt: 'none' as const,
    customer_tax_ids: [],
  };
}

function amountsOf(total: number) {
  return {
    amount_due: total,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: total,
    amount_shipping: 0,
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
  };
}

const unusedInvoiceFields = {
  account_tax_ids: null,
  application: null,
  custom_fields: null,
  customer_account: null,
  customer_address: null,
  customer_shipping: null,
  default_payment_method: null,
  default_source: null,
  description: null,
  due_date: null,
  effective_at: null,
  ending_balance: null,
  footer: null,
  from_invoice: null,
  last_finalization_error: null,
  latest_revision: null,
  next_payment_attempt: null,
  number: null,
  on_behalf_of: null,
  post_payment_credit_notes_amount: 0,
  pre_payment_credit_notes_amount: 0,
  receipt_number: null,
  rendering: null,
  shipping_cost: null,
  shipping_details: null,
  starting_balance: 0,
  statement_descriptor: null,
  test_clock: null,
} satisfies Partial<Stripe.Invoice>;
