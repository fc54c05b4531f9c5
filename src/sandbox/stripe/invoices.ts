import type Stripe from 'stripe';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { newId } from './ids.ts';
import { cancelIntent, createIntent } from './payments.ts';
import { decimal } from './prices.ts';
import { get, idOf, insert, type World } from './world.ts';

type Reason = 'subscription_create' | 'subscription_cycle' | 'subscription_update';

/** A draft invoice over one period of a subscription, with its event. */
export function createInvoice(world: World, subscription: Stripe.Subscription, reason: Reason, id = newId('in')): Stripe.Invoice {
  const customer = get(world, 'customer', idOf(subscription.customer));
  const now = world.clock.seconds();
  const lines = subscription.items.data.map((item) => lineOf(subscription, item, id));
  const total = lines.reduce((sum, line) => sum + line.amount, 0);
  const isFirst = reason === 'subscription_create';
  const invoice = insert(world, 'invoice', {
    ...unusedInvoiceFields,
    id,
    object: 'invoice',
    account_country: 'US',
    account_name: world.settings.brandName,
    amount_due: total,
    amount_overpaid: 0,
    amount_paid: 0,
    amount_remaining: total,
    amount_shipping: 0,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    automatically_finalizes_at: isFirst ? null : now + 3600,
    billing_reason: reason,
    collection_method: 'charge_automatically',
    created: now,
    currency: subscription.currency,
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name ?? null,
    customer_phone: customer.phone ?? null,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_tax_rates: [],
    discounts: [],
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${id}/lines` },
    livemode: false,
    metadata: {},
    parent: {
      quote_details: null,
      subscription_details: { metadata: { ...subscription.metadata }, subscription: subscription.id },
      type: 'subscription_details',
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    period_end: now,
    period_start: isFirst ? now : (lines[0]?.period.start ?? now),
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
    webhooks_delivered_at: now,
  });
  emit(world, 'invoice.created', invoice);
  return invoice;
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

function lineOf(subscription: Stripe.Subscription, item: Stripe.SubscriptionItem, invoice: string): Stripe.InvoiceLineItem {
  const quantity = item.quantity ?? 1;
  const unit = item.price.unit_amount ?? 0;
  const amount = unit * quantity;
  return {
    id: newId('il'),
    object: 'line_item',
    amount,
    currency: subscription.currency,
    description: `${quantity} × ${subscription.description ?? 'Subscription'}`,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice,
    livemode: false,
    metadata: { ...subscription.metadata },
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: { end: item.current_period_end, start: item.current_period_start },
    pretax_credit_amounts: [],
    pricing: {
      price_details: { price: item.price.id, product: idOf(item.price.product) },
      type: 'price_details',
      unit_amount_decimal: decimal(unit),
    },
    quantity,
    quantity_decimal: decimal(quantity),
    subscription: subscription.id,
    subtotal: amount,
    taxes: [],
  };
}

/** Closes a draft: it gets its number and its payment intent (a given one, or a new one), and waits to be paid. */
export function finalizeInvoice(world: World, invoice: Stripe.Invoice, given?: Stripe.PaymentIntent): void {
  if (invoice.status !== 'draft') {
    throw refusedState("This invoice is already finalized, you can't re-finalize a non-draft invoice.", 'invoice_not_editable');
  }
  const customer = get(world, 'customer', idOf(invoice.customer));
  const now = world.clock.seconds();
  const sequence = customer.next_invoice_sequence ?? 1;
  customer.next_invoice_sequence = sequence + 1;
  change(world, invoice, {
    status: 'open',
    number: `${customer.invoice_prefix}-${String(sequence).padStart(4, '0')}`,
    effective_at: now,
    ending_balance: 0,
    automatically_finalizes_at: null,
    hosted_invoice_url: `${world.settings.url}/invoices/${invoice.id}`,
    status_transitions: { ...invoice.status_transitions, finalized_at: now },
  });
  emit(world, 'invoice.finalized', invoice);
  const isFirst = invoice.billing_reason === 'subscription_create';
  const intent =
    given ??
    createIntent(world, {
      amount: invoice.amount_due,
      currency: invoice.currency,
      customer: customer.id,
      description: isFirst ? 'Subscription creation' : 'Subscription update',
      setupFutureUsage: isFirst ? 'off_session' : null,
    });
  insert(world, 'invoice_payment', {
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent.id },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

/** The invoice that an intent pays, if it pays one. */
export function invoicePaymentOf(world: World, intent: string): Stripe.InvoicePayment | undefined {
  return [...world.tables.invoice_payment.values()].find((payment) => idOf(payment.payment.payment_intent) === intent);
}

/** How an invoice is being paid; absent while it is a draft. */
export function defaultPaymentOf(world: World, invoice: string): Stripe.InvoicePayment | undefined {
  return [...world.tables.invoice_payment.values()].find((payment) => idOf(payment.invoice) === invoice && payment.is_default);
}

/** The invoice is paid: by its intent, or outside Stripe where there is none to pay it. */
export function markInvoicePaid(world: World, invoice: Stripe.Invoice): void {
  const now = world.clock.seconds();
  const paid = {
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempted: true,
    attempt_count: invoice.attempt_count + 1,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: now },
  } as const;
  change(world, invoice, paid, 'invoice.updated');
  emit(world, 'invoice.paid', invoice);
  const payment = defaultPaymentOf(world, invoice.id);
  const intent = world.tables.payment_intent.get(idOf(payment?.payment.payment_intent));
  if (!payment || intent?.status !== 'succeeded') {
    return;
  }
  emit(world, 'invoice.payment_succeeded', invoice);
  change(world, payment, {
    amount_paid: invoice.amount_due,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: now },
  });
  emit(world, 'invoice_payment.paid', payment);
}

/** Gives up on an invoice, as void or as uncollectible; a void one's intent is canceled. */
export function closeInvoice(world: World, invoice: Stripe.Invoice, status: 'void' | 'uncollectible'): void {
  if (invoice.status !== 'open' && !(status === 'void' && invoice.status === 'uncollectible')) {
    throw refusedState(
      `You can only ${status === 'void' ? 'void' : 'mark uncollectible'} open invoices. This invoice is ${invoice.status}.`,
    );
  }
  const now = world.clock.seconds();
  const when = status === 'void' ? { voided_at: now } : { marked_uncollectible_at: now };
  const transitions = { ...invoice.status_transitions, ...when };
  change(world, invoice, { status, auto_advance: false, next_payment_attempt: null, status_transitions: transitions });
  emit(world, status === 'void' ? 'invoice.voided' : 'invoice.marked_uncollectible', invoice);
  const payment = defaultPaymentOf(world, invoice.id);
  const intent = world.tables.payment_intent.get(idOf(payment?.payment.payment_intent));
  if (status === 'void' && payment && intent && intent.status !== 'succeeded' && intent.status !== 'canceled') {
    cancelIntent(world, intent, 'void_invoice');
    change(world, payment, { status: 'canceled', status_transitions: { canceled_at: now, paid_at: null } });
  }
}
