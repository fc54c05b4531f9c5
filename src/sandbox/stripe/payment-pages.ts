import type Stripe from 'stripe';
import { payCheckout } from './checkout-payment.ts';
import { refusedState } from './errors.ts';
import { anything, needed, text, wholeNumber } from './fields.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { cardRefusal } from './payments.ts';
import { type Route, route } from './route.ts';
import { get, idOf, type World } from './world.ts';

/** The session as the page's own calls answer it: with the intent that is being paid, wherever it is known. */
function pageOf(world: World, session: Stripe.Checkout.Session): object {
  const intent = intentOn(world, session);
  return intent ? { ...session, payment_intent: structuredClone(intent) } : session;
}

/** The intent behind a session's page; absent until the first try. */
export function intentOn(world: World, session: Stripe.Checkout.Session): Stripe.PaymentIntent | undefined {
  const tried = world.notes.checkout.get(session.id)?.attempt?.paymentIntent;
  return world.tables.payment_intent.get(idOf(session.payment_intent) || (tried ?? ''));
}

const confirmFields = {
  payment_method: needed(text),
  email: text,
  name: text,
  expected_amount: wholeNumber(),
  expected_payment_method_type: text,
  eid: anything,
  key: anything,
  return_url: anything,
};

/** What the hosted page itself calls: scripts use it to pay without a browser, and need no key for it. */
export const paymentPageRoutes: Route[] = [
  {
    ...route('get', '/v1/payment_pages/{id}', { key: anything, eid: anything }, (world, { id }) =>
      pageOf(world, get(world, 'checkout.session', id)),
    ),
    open: true,
  },
  {
    ...route('post', '/v1/payment_pages/{id}/confirm', confirmFields, (world, { id, params }) => {
      const session = get(world, 'checkout.session', id);
      if (session.status !== 'open') {
        throw refusedState('This Checkout Session is no longer active.', 'checkout_not_active_session');
      }
      if (params.expected_amount != null && params.expected_amount !== session.amount_total) {
        throw refusedState('The amount of this Checkout Session has changed.', 'checkout_amount_mismatch', {
          param: 'expected_amount',
        });
      }
      const owner = { email: session.customer_email ?? params.email, name: params.name };
      payCheckout(world, session, { method: usePaymentMethod(world, params.payment_method, owner), ...owner });
      const intent = intentOn(world, session);
      if (session.status === 'open' && intent?.status === 'requires_payment_method') {
        throw cardRefusal(intent);
      }
      return pageOf(world, session);
    }),
    open: true,
  },
];
