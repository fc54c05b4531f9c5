import type Stripe from 'stripe';
import { checkoutOf, payCheckout } from './checkout-payment.ts';
import { collectInvoice } from './collection.ts';
import { invoicePaymentOf } from './invoices.ts';
import { type Attempt, attemptPayment } from './payments.ts';
import { get, idOf, type World } from './world.ts';

/** Confirms an intent wherever it belongs: to a Checkout page, to an invoice, or to nobody else. */
export function confirmIntent(world: World, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, attempt: Attempt): void {
  const session = checkoutOf(world, intent.id);
  const invoicePayment = invoicePaymentOf(world, intent.id);
  if (session) {
    const tried = world.notes.checkout.get(session.id)?.attempt;
    payCheckout(world, session, { method, email: tried?.email, name: tried?.name }, attempt.isAuthenticated);
  } else if (invoicePayment) {
    collectInvoice(world, get(world, 'invoice', idOf(invoicePayment.invoice)), attempt, method.id);
  } else {
    attemptPayment(world, intent, method, attempt);
  }
}

/** The payer has authenticated: the card that was waiting is charged. */
export function approveAuthentication(world: World, intent: Stripe.PaymentIntent): void {
  confirmIntent(world, intent, get(world, 'payment_method', idOf(intent.payment_method)), { isAuthenticated: true });
}
