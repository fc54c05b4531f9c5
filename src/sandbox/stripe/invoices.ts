import type Stripe from 'stripe';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { newId } from './ids.ts';
import { createIntent } from './intent-creation.ts';
import { cancelIntent } from './payments.ts';
import { get, idOf, insert, type World } from './world.ts';

/** Closes a draft: it gets its number and its payment intent (a given one, or a new one), and waits to be paid; over nothing, it is paid at once. */
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
  if (invoice.amount_due === 0) {
    markInvoicePaid(world, invoice);
    return;
  }
  const intent =
    given ??
    createIntent(world, {
      amount: invoice.amount_due,
      currency: invoice.currency,
      customer: customer.id,
      description: purposes[invoice.billing_reason ?? ''] ?? 'Subscription update',
      setupFutureUsage: invoice.billing_reason === 'subscription_create' ? 'off_session' : null,
    });
  createInvoicePayment(world, invoice, intent.id);
}

const purposes: Record<string, string> = { subscription_create: 'Subscription creation', manual: 'Payment for invoice' };

function createInvoicePayment(world: World, invoice: Stripe.Invoice, intent: string): void {
  insert(world, 'invoice_payment', {
    id: newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: world.clock.seconds(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent },
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
