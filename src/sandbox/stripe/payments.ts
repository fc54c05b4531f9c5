import type Stripe from 'stripe';
import { checkFits } from './bank-accounts.ts';
import { startDebit } from './bank-debits.ts';
import { captureHeldCharge } from './capture.ts';
import { createCharge } from './charges.ts';
import { Refusal, refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { judged } from './payment-methods.ts';
import type { Decline } from './test-cards.ts';
import { idOf, type World } from './world.ts';

/** How an attempt is made: with the payer there or not, already authenticated or not, and where to send them back. */
export type Attempt = { isOffSession?: boolean; isAuthenticated?: boolean; returnUrl?: string | null };

/** Tries to pay an intent: it ends as succeeded, processing (a bank debit), waiting for authentication, or back at needing a payment method. */
export function attemptPayment(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: Attempt = {},
): void {
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpectedState(intent, 'confirm');
  }
  checkFits(world, method.id, intent.payment_method_types);
  const isAuthenticated = attempt.isAuthenticated ?? false;
  const verdict = judged(world, method, { isAuthenticated, isOffSession: attempt.isOffSession ?? false });
  change(world, intent, { payment_method: method.id, last_payment_error: null });
  if (method.type !== 'card') {
    startDebit(world, intent, method);
  } else if (verdict.outcome === 'authenticate') {
    askForAuthentication(world, intent, attempt.returnUrl ?? null);
  } else if (verdict.outcome === 'decline') {
    const charge = createCharge(world, intent, method, { decline: verdict.decline, isAuthenticated });
    failIntent(world, intent, method, verdict.decline, charge.id);
  } else {
    if (isAuthenticated) {
      world.notes.card.get(method.id)!.isSetUp = true;
    }
    const charge = createCharge(world, intent, method, { decline: null, isAuthenticated });
    change(world, intent, { latest_charge: charge.id, next_action: null });
    takeOrHold(world, intent, charge.captured);
  }
}

/** The money is taken, or only held for now. */
export function takeOrHold(world: World, intent: Stripe.PaymentIntent, isTaken: boolean): void {
  if (isTaken) {
    change(world, intent, { status: 'succeeded', amount_received: intent.amount });
    emit(world, 'payment_intent.succeeded', intent);
  } else {
    change(world, intent, { status: 'requires_capture', amount_capturable: intent.amount });
    emit(world, 'payment_intent.amount_capturable_updated', intent);
  }
}

/** Takes the whole amount that was held for an intent. */
export function captureIntent(world: World, intent: Stripe.PaymentIntent): void {
  if (intent.status !== 'requires_capture') {
    throw unexpectedState(intent, 'capture');
  }
  captureHeldCharge(world, idOf(intent.latest_charge));
  change(world, intent, { amount_capturable: 0 });
  takeOrHold(world, intent, true);
}

function askForAuthentication(world: World, intent: Stripe.PaymentIntent, returnUrl: string | null): void {
  const url = `${world.settings.url}/3ds/${intent.id}`;
  change(world, intent, {
    status: 'requires_action',
    next_action: { type: 'redirect_to_url', redirect_to_url: { url, return_url: returnUrl } },
  });
  emit(world, 'payment_intent.requires_action', intent);
}

/** The payer failed or refused to authenticate: the intent waits for another payment method. */
export function failAuthentication(world: World, intent: Stripe.PaymentIntent): void {
  const method = world.tables.payment_method.get(idOf(intent.payment_method));
  failIntent(world, intent, method, {
    code: 'payment_intent_authentication_failure',
    message:
      'The provided PaymentMethod has failed authentication. Provide payment_method_data or a new PaymentMethod to attempt again.',
  });
}

/** The intent is back at needing a payment method, and says why. */
export function failIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod | undefined,
  decline: Decline,
  charge?: string,
): void {
  const isCardError = decline.code !== 'payment_intent_authentication_failure';
  change(world, intent, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    latest_charge: charge ?? intent.latest_charge,
    last_payment_error: {
      ...(charge ? { charge } : {}),
      code: decline.code,
      ...(decline.decline_code ? { decline_code: decline.decline_code } : {}),
      message: decline.message,
      ...(method ? { payment_method: structuredClone(method) } : {}),
      type: isCardError ? 'card_error' : 'invalid_request_error',
    },
  });
  emit(world, 'payment_intent.payment_failed', intent);
}

/** The 402 that a declined attempt answers, with the intent inside. */
export function cardRefusal(intent: Stripe.PaymentIntent): Refusal {
  const failure = intent.last_payment_error;
  return new Refusal(402, {
    type: 'card_error',
    code: failure?.code ?? 'card_declined',
    message: failure?.message ?? 'Your card was declined.',
    ...(failure?.decline_code ? { decline_code: failure.decline_code } : {}),
    ...(failure?.charge ? { charge: failure.charge } : {}),
    ...(failure?.payment_method ? { payment_method: failure.payment_method } : {}),
    payment_intent: structuredClone(intent),
  });
}

/** Ends an intent that has not been paid. */
export function cancelIntent(
  world: World,
  intent: Stripe.PaymentIntent,
  reason: Stripe.PaymentIntent.CancellationReason | null,
): void {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedState(intent, 'cancel');
  }
  change(world, intent, {
    status: 'canceled',
    amount_capturable: 0,
    canceled_at: world.clock.seconds(),
    cancellation_reason: reason,
    next_action: null,
  });
  emit(world, 'payment_intent.canceled', intent);
}

/** 400: the intent is in a state where that cannot be done. */
export function unexpectedState(intent: Stripe.PaymentIntent, action: string): Refusal {
  const message =
    action === 'confirm' && intent.status === 'succeeded'
      ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
      : `You cannot ${action} this PaymentIntent because it has a status of ${intent.status}.`;
  return refusedState(message, 'payment_intent_unexpected_state', { payment_intent: structuredClone(intent) });
}
