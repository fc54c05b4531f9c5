import { Router } from 'express';
import { formatAmount } from '../currencies.ts';
import type { World } from '../world.ts';
import { cardName, html } from './html.ts';
import { sendPage, sendWord } from './page.ts';

/** `/receipts/{charge}`: what a charge's `receipt_url` shows. */
export function receiptPage(world: World): Router {
  const router = Router();
  router.get('/receipts/:id', (request, response) => {
    const charge = world.tables.charge.get(request.params.id);
    if (charge?.status !== 'succeeded') {
      sendWord(response, 404, { title: 'No such receipt', text: 'This address does not belong to any payment.' });
      return;
    }
    const money = (minor: number) => formatAmount(minor, charge.currency);
    const card = charge.payment_method_details?.card;
    const refunded = charge.amount_refunded > 0 && html`<dt>Refunded</dt><dd>${money(charge.amount_refunded)}</dd>`;
    sendPage(response, 200, {
      title: `Receipt from ${world.settings.brandName}`,
      body: html`<div class="panel"><p class="brand">${world.settings.brandName}</p><h1>Payment received</h1><p class="amount">${money(charge.amount)}</p>
<dl><dt>Paid on</dt><dd>${dayOf(charge.created)}</dd><dt>Card</dt><dd>${cardName(card)}</dd>${refunded}<dt>On your statement</dt><dd>${charge.calculated_statement_descriptor}</dd></dl></div>`,
    });
  });
  return router;
}

/** The day of an instant (seconds), in UTC. */
export function dayOf(seconds: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000);
}
