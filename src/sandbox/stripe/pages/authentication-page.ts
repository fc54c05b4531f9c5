import { Router } from 'express';
import type Stripe from 'stripe';
import { formatAmount } from '../currencies.ts';
import { failAuthentication } from '../payments.ts';
import { onPage } from '../requests.ts';
import { approveAuthentication } from '../settlement.ts';
import { approveSetup, failSetup } from '../setup.ts';
import type { World } from '../world.ts';
import { successAddress } from './checkout-page.ts';
import { cardName, html } from './html.ts';
import { sendPage, sendWord } from './page.ts';

/** `/3ds/{intent}`: where the card's bank asks its owner. Scripts post to `/approve` or `/fail` under it. */
export function authenticationPage(world: World): Router {
  const router = Router();
  router.get('/3ds/:id', (request, response) => {
    const intent = findIntent(world, request.params.id);
    if (intent?.status !== 'requires_action') {
      sendWord(response, intent ? 200 : 404, {
        title: 'Nothing to approve',
        text: 'Your bank has no open question about this payment.',
      });
      return;
    }
    const card = world.tables.payment_method.get(String(intent.payment_method))?.card;
    const amount =
      intent.object === 'payment_intent' ? formatAmount(intent.amount, intent.currency) : 'Nothing now: kept for later';
    sendPage(response, 200, {
      title: 'Approve this payment',
      body: html`<div class="panel"><p class="brand">Your bank (3-D Secure)</p><h1>Is this payment yours?</h1><p class="amount">${amount}</p>
<dl><dt>To</dt><dd>${world.settings.brandName}</dd><dt>Card</dt><dd>${cardName(card)}</dd></dl>
<div class="choice"><form method="post" action="/3ds/${intent.id}/approve"><button class="main-action" type="submit">Approve</button></form>
<form method="post" action="/3ds/${intent.id}/fail"><button class="main-action plain" type="submit">Refuse</button></form></div></div>`,
    });
  });
  router.post('/3ds/:id/:answer', (request, response, next) => {
    const intent = findIntent(world, request.params.id);
    const { answer } = request.params;
    if (!intent || !['approve', 'fail'].includes(answer)) {
      next();
      return;
    }
    const returnUrl = intent.next_action?.redirect_to_url?.return_url ?? null;
    if (intent.status === 'requires_action') {
      onPage(world, () => answerBank(world, intent, answer === 'approve'));
    }
    const onward = wayOn(world, intent, returnUrl);
    if (onward) {
      response.redirect(303, onward);
    } else {
      sendWord(response, 200, { title: 'Thank you', text: 'You can close this page now.' });
    }
  });
  return router;
}

type Intent = Stripe.PaymentIntent | Stripe.SetupIntent;

function findIntent(world: World, id: string): Intent | undefined {
  return world.tables.payment_intent.get(id) ?? world.tables.setup_intent.get(id);
}

function answerBank(world: World, intent: Intent, isApproved: boolean): void {
  if (intent.object === 'setup_intent') {
    (isApproved ? approveSetup : failSetup)(world, intent);
  } else {
    (isApproved ? approveAuthentication : failAuthentication)(world, intent);
  }
}

/** Back to the session's page, on to where its payer is awaited, or to the address that the intent was confirmed with. */
function wayOn(world: World, intent: Intent, returnUrl: string | null): string | null {
  const note = [...world.notes.checkout.values()].find((candidate) => candidate.attempt?.paymentIntent === intent.id);
  const session = note && world.tables['checkout.session'].get(note.id);
  if (session) {
    return session.status === 'complete' ? successAddress(session) : `/c/pay/${session.id}`;
  }
  if (!returnUrl) {
    return null;
  }
  const address = new URL(returnUrl);
  address.searchParams.set(intent.object, intent.id);
  address.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '');
  address.searchParams.set('redirect_status', intent.status === 'succeeded' ? 'succeeded' : 'failed');
  return address.href;
}
