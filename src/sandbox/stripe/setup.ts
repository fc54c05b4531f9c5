import type Stripe from 'stripe';
import { Refusal, refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { attachPaymentMethod, cardOf, judged } from './payment-methods.ts';
import type { Decline } from './test-cards.ts';
import { get, idOf, type World } from './world.ts';

/** Tries to keep a card for later: it ends as succeeded, waiting for authentication, or back at needing a card. No money moves. */
export function attemptSetup(
  world: World,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  attempt: { isAuthenticated?: boolean; returnUrl?: string | null } = {},
): void {
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpectedSetupState(intent, 'confirm');
  }
  const verdict = judged(world, method, { isAuthenticated: attempt.isAuthenticated ?? false, isOffSession: false });
  const isKept = method.type === 'card' && cardOf(world, method.id).attachable; // such a card is refused only when it is charged
  change(world, intent, { payment_method: method.id, last_setup_error: null });
  if (verdict.outcome === 'authenticate') {
    const redirect = { url: `${world.settings.url}/3ds/${intent.id}`, return_url: attempt.returnUrl ?? null };
    change(world, intent, { status: 'requires_action', next_action: { type: 'redirect_to_url', redirect_to_url: redirect } });
    emit(world, 'setup_intent.requires_action', intent);
  } else if (verdict.outcome === 'decline' && !isKept) {
    failSetup(world, intent, verdict.decline);
  } else {
    keepCard(world, intent, method);
  }
}

function keepCard(world: World, intent: Stripe.SetupIntent, method: Stripe.PaymentMethod): void {
  world.notes.card.get(method.id)!.isSetUp = true;
  if (intent.customer) {
    attachPaymentMethod(world, method, idOf(intent.customer));
  }
  change(world, intent, { status: 'succeeded', next_action: null });
  emit(world, 'setup_intent.succeeded', intent);
}

/** The card was refused, or its owner did not authenticate: the intent waits for another. */
export function failSetup(world: World, intent: Stripe.SetupIntent, decline: Decline = authenticationFailed): void {
  const method = world.tables.payment_method.get(idOf(intent.payment_method));
  change(world, intent, {
    status: 'requires_payment_method',
    payment_method: null,
    next_action: null,
    last_setup_error: {
      code: decline.code,
      ...(decline.decline_code ? { decline_code: decline.decline_code } : {}),
      message: decline.message,
      ...(method ? { payment_method: structuredClone(method) } : {}),
      type: decline === authenticationFailed ? 'invalid_request_error' : 'card_error',
    },
  });
  emit(world, 'setup_intent.setup_failed', intent);
}

const authenticationFailed: Decline = {
  code: 'setup_intent_authentication_failure',
  message: 'The latest attempt to set up the payment method has failed because authentication failed.',
};

/** The owner has authenticated: the card that was waiting is kept. */
export function approveSetup(world: World, intent: Stripe.SetupIntent): void {
  attemptSetup(world, intent, get(world, 'payment_method', idOf(intent.payment_method)), { isAuthenticated: true });
}

/** Ends an intent that has kept no card. */
export function cancelSetup(
  world: World,
  intent: Stripe.SetupIntent,
  reason: Stripe.SetupIntent.CancellationReason | null,
): void {
  if (intent.status === 'succeeded' || intent.status === 'canceled') {
    throw unexpectedSetupState(intent, 'cancel');
  }
  change(world, intent, { status: 'canceled', cancellation_reason: reason, next_action: null });
  emit(world, 'setup_intent.canceled', intent);
}

/** The 402 that a refused card answers, with the intent inside. */
export function setupRefusal(intent: Stripe.SetupIntent): Refusal {
  const failure = intent.last_setup_error;
  return new Refusal(402, {
    type: 'card_error',
    code: failure?.code ?? 'card_declined',
    message: failure?.message ?? 'Your card was declined.',
    ...(failure?.decline_code ? { decline_code: failure.decline_code } : {}),
    ...(failure?.payment_method ? { payment_method: failure.payment_method } : {}),
    setup_intent: structuredClone(intent),
  });
}

function unexpectedSetupState(intent: Stripe.SetupIntent, action: string): Refusal {
  const message = `You cannot ${action} this SetupIntent because it has a status of ${intent.status}.`;
  return refusedState(message, 'setup_intent_unexpected_state', { setup_intent: structuredClone(intent) });
}
