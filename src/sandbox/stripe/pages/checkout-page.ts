import { type Request, type Response, Router } from 'express';
import type Stripe from 'stripe';
import { payCheckout } from '../checkout-payment.ts';
import { Refusal } from '../errors.ts';
import { cardWithNumber, createCard, usePaymentMethod } from '../payment-methods.ts';
import { intentOn } from '../payment-pages.ts';
import { onPage } from '../requests.ts';
import type { World } from '../world.ts';
import { checkoutView, type Typed } from './checkout-view.ts';
import { webLink } from './html.ts';
import { sendPage, sendWord } from './page.ts';

/** `/c/pay/{session}`: the page a payer is sent to. It works without JavaScript, and submitting it twice pays once. */
export function checkoutPage(world: World): Router {
  const router = Router();
  router.get('/c/pay/:id', (request, response) => {
    const session = openSession(world, request, response);
    if (session) {
      const failure = intentOn(world, session)?.last_payment_error?.message ?? null;
      show(world, request, response, 200, session, { values: {}, errors: {}, problem: failure });
    }
  });
  router.post('/c/pay/:id', (request, response) => {
    const finished = world.tables['checkout.session'].get(request.params.id);
    if (finished?.status === 'complete') {
      response.redirect(303, successAddress(finished));
      return;
    }
    const session = openSession(world, request, response);
    if (session) {
      onPage(world, () => submit(world, request, response, session));
    }
  });
  return router;
}

function openSession(world: World, request: Request, response: Response): Stripe.Checkout.Session | null {
  const session = world.tables['checkout.session'].get(String(request.params.id));
  if (!session) {
    sendWord(response, 404, { title: 'No such page', text: 'This address does not belong to any payment.' });
  } else if (session.status === 'complete') {
    const link = { href: webLink(successAddress(session)), text: 'Go on' };
    sendWord(response, 200, { title: 'Already paid', text: 'This payment was made. You are not charged again.', link });
  } else if (session.status === 'expired') {
    const link = session.cancel_url ? { href: webLink(session.cancel_url), text: 'Go back' } : null;
    sendWord(response, 410, { title: 'This page has expired', text: 'Nothing was charged. Please start again.', link });
  } else {
    return session;
  }
  return null;
}

/** Where a payer goes after paying, with the session's id filled in. */
export function successAddress(session: Stripe.Checkout.Session): string {
  return (session.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}

function submit(world: World, request: Request, response: Response, session: Stripe.Checkout.Session): void {
  const values = Object.fromEntries(new URLSearchParams(typeof request.body === 'string' ? request.body : ''));
  const errors = mistakes(world, session, values);
  if (Object.keys(errors).length > 0) {
    show(world, request, response, 422, session, { values, errors, problem: 'Please check what is marked below.' });
    return;
  }
  try {
    const owner = { email: session.customer_email ?? (values.email || null), name: values.name || null };
    payCheckout(world, session, { method: methodFrom(world, values, owner), ...owner });
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    show(world, request, response, error.status, session, { values, errors: {}, problem: error.message });
    return;
  }
  const intent = intentOn(world, session);
  if (intent?.status === 'requires_action') {
    response.redirect(303, `/3ds/${intent.id}`);
  } else if (session.status === 'open') {
    show(world, request, response, 402, session, {
      values,
      errors: {},
      problem: intent?.last_payment_error?.message ?? 'Your card was declined.',
    });
  } else {
    response.redirect(303, successAddress(session));
  }
}

type Values = Record<string, string>;

function methodFrom(world: World, values: Values, owner: { email: string | null; name: string | null }): Stripe.PaymentMethod {
  return values.payment_method
    ? usePaymentMethod(world, values.payment_method, owner)
    : createCard(world, cardWithNumber(values.number ?? ''), owner, expiryOf(values) ?? undefined);
}

function mistakes(world: World, session: Stripe.Checkout.Session, values: Values): Values {
  const usesTestCard = Boolean(values.payment_method);
  const errors: Values = {};
  const email = values.email?.trim() ?? '';
  if (!session.customer_email && (email === '' ? !usesTestCard : !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))) {
    errors.email = 'Enter an e-mail address, like reader@example.com.';
  }
  if (session.consent_collection?.terms_of_service === 'required' && !values.terms && !usesTestCard) {
    errors.terms = 'Please agree to go on.';
  }
  if (usesTestCard) {
    return errors;
  }
  const expiry = expiryOf(values);
  if (!/^[\d\s-]{12,23}$/.test(values.number ?? '')) {
    errors.number = 'Enter the number on the card.';
  }
  if (!expiry) {
    errors.expiry = 'Enter month and year, like 12 / 34.';
  } else if (expiry.year * 12 + expiry.month - 1 < monthsNow(world)) {
    errors.expiry = 'This card has expired.';
  }
  if (!/^\d{3,4}$/.test(values.cvc ?? '')) {
    errors.cvc = 'Enter the three or four digits.';
  }
  return errors;
}

function expiryOf(values: Values): { month: number; year: number } | null {
  const match = /^\s*(\d{1,2})\s*[/\-. ]?\s*(?:20)?(\d{2})\s*$/.exec(values.expiry ?? '');
  const month = Number(match?.[1]);
  return match && month >= 1 && month <= 12 ? { month, year: 2000 + Number(match[2]) } : null;
}

function monthsNow(world: World): number {
  const { year, month } = world.clock.calendar();
  return year * 12 + month - 1;
}

function show(
  world: World,
  request: Request,
  response: Response,
  status: number,
  session: Stripe.Checkout.Session,
  typed: Typed,
): void {
  const chosen = session.locale && session.locale !== 'auto' ? session.locale : request.acceptsLanguages()[0];
  const view = {
    session,
    lines: world.notes.checkout.get(session.id)?.lineItems ?? [],
    brand: world.settings.brandName,
    locale: chosen && chosen !== '*' ? chosen : 'en',
    typed,
  };
  sendPage(response, status, { title: `Pay ${world.settings.brandName}`, body: checkoutView(view), isWide: true });
}
