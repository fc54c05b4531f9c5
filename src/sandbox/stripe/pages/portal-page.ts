import { type Request, type Response, Router } from 'express';
import type Stripe from 'stripe';
import { formatAmount } from '../currencies.ts';
import { Refusal } from '../errors.ts';
import { attachPaymentMethod, usePaymentMethod } from '../payment-methods.ts';
import { onPage } from '../requests.ts';
import { updateSubscription } from '../subscription-updates.ts';
import { runningSubscriptions } from '../subscriptions.ts';
import { idOf, type World } from '../world.ts';
import { recurrence, testCardChoices } from './checkout-view.ts';
import { cardName, type Html, html, webLink } from './html.ts';
import { sendPage, sendWord } from './page.ts';
import { dayOf } from './receipt-page.ts';

/** `/p/session/{session}`: where donors see what they give, change the card, and end it with its period. */
export function portalPage(world: World): Router {
  const router = Router();
  router.get('/p/session/:id', (request, response) => {
    const session = sessionOf(world, request, response);
    if (session) {
      show(world, response, session);
    }
  });
  router.post('/p/session/:id/:subscription/:action', (request, response) => {
    const session = sessionOf(world, request, response);
    if (!session) {
      return;
    }
    const subscription = subscriptionsOf(world, session).find(({ id }) => id === request.params.subscription);
    if (!subscription) {
      throw new Refusal(404, { type: 'invalid_request_error', message: 'No such subscription on this page.' });
    }
    onPage(world, () => act(world, subscription, request));
    response.redirect(303, `/p/session/${session.id}`);
  });
  return router;
}

function sessionOf(world: World, request: Request, response: Response): Stripe.BillingPortal.Session | null {
  const session = world.tables['billing_portal.session'].get(String(request.params.id));
  if (!session) {
    sendWord(response, 404, { title: 'No such page', text: 'This address is not valid, or not valid any more.' });
  }
  return session ?? null;
}

function subscriptionsOf(world: World, session: Stripe.BillingPortal.Session): Stripe.Subscription[] {
  return runningSubscriptions(world, session.customer).filter(({ status }) => status !== 'incomplete');
}

/** In flexible billing the page ends a subscription by an instant (`cancel_at`), not by `cancel_at_period_end`. */
function act(world: World, subscription: Stripe.Subscription, request: Request): void {
  const periodEnds = subscription.items.data[0]!.current_period_end;
  if (request.params.action === 'end') {
    updateSubscription(world, subscription, { cancel_at: periodEnds });
  } else if (request.params.action === 'go-on') {
    updateSubscription(world, subscription, { cancel_at: null });
  } else if (request.params.action === 'card') {
    const named = new URLSearchParams(String(request.body)).get('payment_method') ?? '';
    const method = usePaymentMethod(world, named);
    attachPaymentMethod(world, method, idOf(subscription.customer));
    updateSubscription(world, subscription, { default_payment_method: method.id });
  }
}

function show(world: World, response: Response, session: Stripe.BillingPortal.Session): void {
  const subscriptions = subscriptionsOf(world, session);
  const back =
    session.return_url && html`<a class="back" href="${webLink(session.return_url)}"><span aria-hidden="true">←</span> Back</a>`;
  sendPage(response, 200, {
    title: `Your giving to ${world.settings.brandName}`,
    body: html`<div>${back}<p class="brand">${world.settings.brandName}</p><h1>What you give regularly</h1></div>
<div class="panel">${subscriptions.length === 0 && html`<p>You give nothing regularly at the moment.</p>`}${subscriptions.map((subscription) => entry(world, session, subscription))}</div>`,
  });
}

function entry(world: World, session: Stripe.BillingPortal.Session, subscription: Stripe.Subscription): Html {
  const [item] = subscription.items.data;
  const amount = formatAmount((item?.price.unit_amount ?? 0) * (item?.quantity ?? 1), subscription.currency);
  const action = `/p/session/${session.id}/${subscription.id}`;
  const card = world.tables.payment_method.get(idOf(subscription.default_payment_method))?.card;
  const isEnding = subscription.cancel_at !== null;
  const next = isEnding ? `Ends on ${dayOf(subscription.cancel_at!)}` : `Next on ${dayOf(item?.current_period_end ?? 0)}`;
  return html`<section class="entry"><h2>${amount} ${recurrence(item?.price.recurring)}</h2>
<p>${next}${card && ` · ${cardName(card)}`}</p>
<form method="post" action="${action}/${isEnding ? 'go-on' : 'end'}"><button type="submit">${isEnding ? 'Go on giving' : 'End with this period'}</button></form>
<form class="cards" method="post" action="${action}/card"><fieldset><legend>Use another card</legend>${testCardChoices()}</fieldset></form></section>`;
}
