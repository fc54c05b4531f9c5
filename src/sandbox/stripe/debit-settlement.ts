import type Stripe from 'stripe';
import { scheduleAftermath } from './aftermath.ts';
import { undoBalanceTransaction } from './balance.ts';
import { accountOf } from './bank-accounts.ts';
import { scheduleBooking } from './capture.ts';
import { receiptAddress } from './charges.ts';
import { recordFailedCollection, settleInvoice } from './collection.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { closeInvoice, invoicePaymentOf } from './invoices.ts';
import { failIntent, takeOrHold } from './payments.ts';
import { debitFailure } from './test-accounts.ts';
import type { Decline } from './test-cards.ts';
import { get, idOf, type World } from './world.ts';

/** The bank has answered a debit, as its test account says; nothing where a lever answered before. */
export function settleDebit(world: World, id: string): void {
  const charge = get(world, 'charge', id);
  const failure = accountOf(world, charge.payment_method ?? '')?.failure;
  if (charge.status !== 'pending') {
    return;
  }
  if (failure) {
    failDebit(world, charge, failure);
  } else {
    succeedDebit(world, charge);
  }
}

/** The money has come: charge, intent, and the page or the invoice that it was for. */
export function succeedDebit(world: World, charge: Stripe.Charge): void {
  if (charge.status !== 'pending') {
    throw refusedState(`Charge ${charge.id} does not wait for a bank.`);
  }
  const intent = get(world, 'payment_intent', idOf(charge.payment_intent));
  change(world, charge, { status: 'succeeded', paid: true, receipt_url: receiptAddress(world, charge) });
  emit(world, 'charge.succeeded', charge);
  if (world.account.bank_debits_booked === 'on_success' && charge.balance_transaction === null) {
    scheduleBooking(world, charge.id);
  }
  scheduleAftermath(world, charge);
  takeOrHold(world, intent, true);
  const invoice = invoiceOf(world, intent);
  if (invoice?.status === 'open') {
    settleInvoice(world, invoice);
  }
  const session = waitingSession(world, intent);
  if (session) {
    change(world, session, { payment_status: 'paid' });
    emit(world, 'checkout.session.async_payment_succeeded', session);
  }
}

/** The bank will not pay, or takes back what it paid: then the intent has succeeded and stays so, and only the charge and the balance tell. */
export function failDebit(world: World, charge: Stripe.Charge, failure: Decline = debitFailure('debit_not_authorized')): void {
  const wasPaid = charge.status === 'succeeded';
  if (charge.payment_method_details?.type !== 'sepa_debit' || charge.status === 'failed') {
    throw refusedState(`Charge ${charge.id} is no bank debit that could fail.`);
  }
  change(world, charge, {
    status: 'failed',
    paid: false,
    failure_code: failure.decline_code ?? failure.code,
    failure_message: failure.message,
    ...takenBack(world, charge),
  });
  emit(world, 'charge.failed', charge);
  if (!wasPaid) {
    failPayment(world, charge, failure);
  }
}

function takenBack(world: World, charge: Stripe.Charge): Partial<Stripe.Charge> {
  if (charge.balance_transaction === null) {
    return {};
  }
  const transaction = undoBalanceTransaction(world, idOf(charge.balance_transaction), {
    source: charge.id,
    type: 'payment_failure_refund',
    description: `Payment failure refund for ${charge.id}`,
  });
  return { failure_balance_transaction: transaction.id };
}

/** A first invoice that a bank would not pay is void and its subscription goes on; a later one is tried again. */
function failPayment(world: World, charge: Stripe.Charge, failure: Decline): void {
  const intent = get(world, 'payment_intent', idOf(charge.payment_intent));
  failIntent(world, intent, world.tables.payment_method.get(charge.payment_method ?? ''), failure, charge.id);
  const invoice = invoiceOf(world, intent);
  if (invoice?.status === 'open') {
    recordFailedCollection(world, invoice, { isOffSession: true });
  }
  if (invoice?.status === 'open' && invoice.billing_reason === 'subscription_create') {
    closeInvoice(world, invoice, 'void');
  }
  const session = waitingSession(world, intent);
  if (session) {
    emit(world, 'checkout.session.async_payment_failed', session);
  }
}

function invoiceOf(world: World, intent: Stripe.PaymentIntent): Stripe.Invoice | undefined {
  return world.tables.invoice.get(idOf(invoicePaymentOf(world, intent.id)?.invoice));
}

/** The finished page whose payment a bank had still to answer, if it is one. */
function waitingSession(world: World, intent: Stripe.PaymentIntent): Stripe.Checkout.Session | undefined {
  const invoice = idOf(invoicePaymentOf(world, intent.id)?.invoice);
  return [...world.tables['checkout.session'].values()].find(
    (session) =>
      session.status === 'complete' &&
      session.payment_status === 'unpaid' &&
      (session.payment_intent === intent.id || (invoice !== '' && session.invoice === invoice)),
  );
}
