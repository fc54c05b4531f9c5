import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { change, emit } from './events.ts';
import { defaultPaymentOf, markInvoicePaid } from './invoices.ts';
import { type Attempt, attemptPayment } from './payments.ts';
import { endSubscription, subscriptionOf } from './subscriptions.ts';
import { isHardDecline } from './test-cards.ts';
import { get, idOf, type World } from './world.ts';

/** Days after the first failure at which a payment is tried again; after the last one the account's setting decides. */
const retryDays = [1, 3, 5, 7, 9, 11, 14];

/** Tries to collect an open invoice and lets its subscription follow: active, past due, or ended. */
export function collectInvoice(world: World, invoice: Stripe.Invoice, attempt: Attempt = {}, paymentMethod?: string): void {
  const intent = get(world, 'payment_intent', idOf(defaultPaymentOf(world, invoice.id)?.payment.payment_intent));
  const method = paymentMethod ?? paymentMethodFor(world, invoice);
  if (!method) {
    recordFailedCollection(world, invoice, attempt);
    return;
  }
  attemptPayment(world, intent, get(world, 'payment_method', method, 'payment_method'), attempt);
  if (intent.status === 'succeeded') {
    settleInvoice(world, invoice);
  } else if (intent.status === 'processing') {
    beginMeanwhile(world, invoice);
  } else if (intent.status === 'requires_action') {
    emit(world, 'invoice.payment_action_required', invoice);
  } else {
    recordFailedCollection(world, invoice, attempt);
  }
}

function paymentMethodFor(world: World, invoice: Stripe.Invoice): string {
  const subscription = world.tables.subscription.get(subscriptionOf(invoice));
  const customer = world.tables.customer.get(idOf(invoice.customer));
  return (
    idOf(invoice.default_payment_method) ||
    idOf(subscription?.default_payment_method) ||
    idOf(customer?.invoice_settings.default_payment_method)
  );
}

/** A bank takes days to answer; the subscription does not wait for it. */
function beginMeanwhile(world: World, invoice: Stripe.Invoice): void {
  const subscription = world.tables.subscription.get(subscriptionOf(invoice));
  if (subscription?.status === 'incomplete') {
    change(world, subscription, { status: 'active' }, 'customer.subscription.updated');
  }
}

/** The invoice's intent has succeeded: the invoice is paid and its subscription active. */
export function settleInvoice(world: World, invoice: Stripe.Invoice): void {
  markInvoicePaid(world, invoice);
  const subscription = world.tables.subscription.get(subscriptionOf(invoice));
  if (subscription && ['incomplete', 'past_due', 'unpaid'].includes(subscription.status)) {
    change(world, subscription, { status: 'active' }, 'customer.subscription.updated');
  }
}

/** An invoice was not paid: it says so, and its subscription is past due until a later try. */
export function recordFailedCollection(world: World, invoice: Stripe.Invoice, attempt: Attempt): void {
  const intent = world.tables.payment_intent.get(idOf(defaultPaymentOf(world, invoice.id)?.payment.payment_intent));
  const failure = intent?.last_payment_error;
  const isFinal = failure != null && isHardDecline({ code: failure.code ?? '', decline_code: failure.decline_code, message: '' });
  const isFirst = invoice.billing_reason === 'subscription_create';
  const { next: nextTry, last: lastTry } = triesOf(world, invoice);
  const next = !isFinal && !isFirst && invoice.auto_advance ? nextTry : null;
  change(
    world,
    invoice,
    { attempted: true, attempt_count: invoice.attempt_count + 1, next_payment_attempt: next },
    'invoice.updated',
  );
  emit(world, 'invoice.payment_failed', invoice);
  if (failure?.code === 'authentication_required') {
    emit(world, 'invoice.payment_action_required', invoice);
  }
  if (isFirst) {
    return;
  }
  const subscription = world.tables.subscription.get(subscriptionOf(invoice));
  if (subscription?.status === 'active') {
    change(world, subscription, { status: 'past_due' }, 'customer.subscription.updated');
  }
  if (attempt.isOffSession && next !== null) {
    schedule(world, next * 1000, 'retry-invoice', invoice.id);
  } else if (attempt.isOffSession) {
    schedule(world, lastTry * 1000, 'give-up-on-invoice', invoice.id);
  }
}

/** When an invoice is tried next by the table above, and when for the last time, in seconds. */
function triesOf(world: World, invoice: Stripe.Invoice): { next: number | null; last: number } {
  const now = world.clock.seconds();
  const firstTry = invoice.status_transitions.finalized_at ?? now;
  const tries = retryDays.map((day) => firstTry + day * 86_400);
  return { next: tries.find((instant) => instant > now) ?? null, last: tries.at(-1)! };
}

/** A customer has another payment method: invoices that nobody would try again, for the old one was refused for good, are tried with it. */
export function reviveCollection(world: World, customer: string): void {
  for (const invoice of world.tables.invoice.values()) {
    const isGivenUp = invoice.status === 'open' && invoice.attempted && invoice.next_payment_attempt === null;
    const subscription = world.tables.subscription.get(subscriptionOf(invoice));
    const { next } = triesOf(world, invoice);
    if (isGivenUp && invoice.auto_advance && invoice.customer === customer && subscription?.status === 'past_due' && next) {
      change(world, invoice, { next_payment_attempt: next }, 'invoice.updated');
      schedule(world, next * 1000, 'retry-invoice', invoice.id);
    }
  }
}

/** Another try at an invoice that failed; nothing where it was paid or given up meanwhile. */
export function retryInvoice(world: World, id: string): void {
  const invoice = get(world, 'invoice', id);
  const { next_payment_attempt: due } = invoice;
  if (invoice.status === 'open' && due !== null && due <= world.clock.seconds() && invoice.auto_advance) {
    collectInvoice(world, invoice, { isOffSession: true });
  }
}

/** The last retry has failed, or there was none to make: the account's setting says what becomes of the subscription. */
export function giveUpOnInvoice(world: World, id: string): void {
  const invoice = get(world, 'invoice', id);
  const subscription = world.tables.subscription.get(subscriptionOf(invoice));
  if (invoice.status !== 'open' || subscription?.status !== 'past_due') {
    return;
  }
  if (world.account.dunning_ending === 'canceled') {
    endSubscription(world, subscription, 'payment_failed');
    return;
  }
  change(world, invoice, { auto_advance: false, next_payment_attempt: null }, 'invoice.updated');
  change(world, subscription, { status: world.account.dunning_ending }, 'customer.subscription.updated');
}
