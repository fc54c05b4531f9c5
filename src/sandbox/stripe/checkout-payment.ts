import type Stripe from 'stripe';
import { checkFits } from './bank-accounts.ts';
import { customerDetails } from './checkout-creation.ts';
import { collectInvoice } from './collection.ts';
import { createCustomer } from './customers.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { newId } from './ids.ts';
import { createIntent } from './intent-creation.ts';
import { createInvoice } from './invoice-creation.ts';
import { finalizeInvoice } from './invoices.ts';
import type { CheckoutNote } from './notes.ts';
import { attachPaymentMethod, judged } from './payment-methods.ts';
import { attemptPayment } from './payments.ts';
import { createSubscription } from './subscriptions.ts';
import { get, idOf, type World } from './world.ts';

/** What the payer gives on the page. Without an e-mail from either side it is donor@example.com, as the page always asks for one. */
export type Payer = { method: Stripe.PaymentMethod; email?: string | null; name?: string | null };

type Visit = {
  session: Stripe.Checkout.Session;
  note: CheckoutNote;
  method: Stripe.PaymentMethod;
  email: string;
  name: string | null;
};

/** The payer pays on the session's page. Afterwards the session is complete, or still open and its intent says why. */
export function payCheckout(world: World, session: Stripe.Checkout.Session, payer: Payer, isAuthenticated = false): void {
  if (session.status !== 'open') {
    throw refusedState('This Checkout Session is no longer active.', 'checkout_not_active_session');
  }
  checkFits(world, payer.method.id, session.payment_method_types);
  const visit = visitOf(world, session, payer);
  const verdict = judged(world, payer.method, { isAuthenticated, isOffSession: false });
  if (verdict.outcome === 'succeed') {
    completeCheckout(world, visit, isAuthenticated);
    return;
  }
  const intent = intentOf(world, visit);
  visit.note.attempt = { paymentIntent: intent.id, paymentMethod: payer.method.id, email: visit.email, name: visit.name };
  if (session.mode === 'payment') {
    change(world, session, { payment_intent: intent.id });
  }
  attemptPayment(world, intent, payer.method, { isAuthenticated, returnUrl: session.url });
}

function visitOf(world: World, session: Stripe.Checkout.Session, payer: Payer): Visit {
  const known = world.tables.customer.get(idOf(session.customer));
  const email = session.customer_email ?? known?.email ?? payer.email ?? 'donor@example.com';
  return {
    session,
    note: world.notes.checkout.get(session.id)!,
    method: payer.method,
    email,
    name: payer.name ?? known?.name ?? null,
  };
}

/** The intent of an earlier try on this page, or a new one. A subscription's carries no metadata: its invoice knows whose it is. */
function intentOf(world: World, { session, note }: Visit): Stripe.PaymentIntent {
  const earlier = note.attempt && world.tables.payment_intent.get(note.attempt.paymentIntent);
  if (earlier) {
    return earlier;
  }
  const isPayment = session.mode === 'payment';
  const { metadata, description, receiptEmail, statementDescriptorSuffix } = note.paymentIntentData;
  return createIntent(world, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    customer: idOf(session.customer) || null,
    ...(isPayment
      ? { metadata, description, receiptEmail, statementDescriptorSuffix }
      : { description: 'Subscription creation', setupFutureUsage: 'off_session' as const }),
  });
}

function completeCheckout(world: World, visit: Visit, isAuthenticated: boolean): void {
  const { session, email, name } = visit;
  const isNew = !session.customer && session.customer_creation === 'always';
  const customer = isNew ? createCustomer(world, { email, name }).id : idOf(session.customer) || null;
  const paid =
    session.mode === 'payment'
      ? payOnce(world, visit, customer, isAuthenticated)
      : subscribe(world, visit, customer!, isAuthenticated);
  change(world, session, {
    ...paid,
    customer,
    customer_details: customerDetails(email, name),
    status: 'complete',
    payment_status: visit.method.type === 'card' ? 'paid' : 'unpaid',
    url: null,
  });
  emit(world, 'checkout.session.completed', session);
}

function payOnce(
  world: World,
  visit: Visit,
  customer: string | null,
  isAuthenticated: boolean,
): Partial<Stripe.Checkout.Session> {
  const intent = intentOf(world, visit);
  change(world, intent, { customer });
  attemptPayment(world, intent, visit.method, { isAuthenticated });
  return { payment_intent: intent.id };
}

function subscribe(world: World, visit: Visit, customer: string, isAuthenticated: boolean): Partial<Stripe.Checkout.Session> {
  const { note, method } = visit;
  const tried = note.attempt && get(world, 'payment_intent', note.attempt.paymentIntent);
  attachPaymentMethod(world, method, customer);
  const firstInvoice = newId('in');
  const subscription = createSubscription(world, {
    customer,
    items: note.lineItems.map((line) => ({ price: line.price!, quantity: line.quantity ?? 1 })),
    metadata: note.subscriptionData.metadata,
    description: note.subscriptionData.description,
    paymentMethod: method.id,
    firstInvoice,
  });
  const invoice = createInvoice(world, subscription, 'subscription_create', firstInvoice);
  if (tried) {
    change(world, tried, { customer });
  }
  finalizeInvoice(world, invoice, tried ?? undefined);
  collectInvoice(world, invoice, { isAuthenticated }, method.id);
  return { subscription: subscription.id, invoice: invoice.id };
}

/** The open session whose payer is authenticating this intent, if it is one. */
export function checkoutOf(world: World, intent: string): Stripe.Checkout.Session | undefined {
  const note = [...world.notes.checkout.values()].find((candidate) => candidate.attempt?.paymentIntent === intent);
  const session = note && world.tables['checkout.session'].get(note.id);
  return session?.status === 'open' ? session : undefined;
}
