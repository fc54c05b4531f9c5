import { type Response, Router } from 'express';
import type Stripe from 'stripe';
import { collectInvoice } from '../collection.ts';
import { formatAmount } from '../currencies.ts';
import { Refusal } from '../errors.ts';
import { defaultPaymentOf } from '../invoices.ts';
import { usePaymentMethod } from '../payment-methods.ts';
import { onPage } from '../requests.ts';
import { idOf, type World } from '../world.ts';
import { testCardChoices } from './checkout-view.ts';
import { html } from './html.ts';
import { sendPage, sendWord } from './page.ts';

/** `/invoices/{invoice}`: what an invoice's `hosted_invoice_url` shows; an open one can be paid there. */
export function invoicePage(world: World): Router {
  const router = Router();
  router.get('/invoices/:id', (request, response) => {
    const invoice = world.tables.invoice.get(request.params.id);
    if (invoice && invoice.status !== 'draft') {
      show(world, response, 200, invoice, intentOf(world, invoice)?.last_payment_error?.message ?? null);
    } else {
      sendWord(response, 404, { title: 'No such invoice', text: 'This address does not belong to any invoice.' });
    }
  });
  router.post('/invoices/:id', (request, response, next) => {
    const invoice = world.tables.invoice.get(request.params.id);
    const named = new URLSearchParams(String(request.body)).get('payment_method');
    if (!invoice || !named) {
      next();
      return;
    }
    if (invoice.status === 'open') {
      pay(world, response, invoice, named);
    } else {
      response.redirect(303, `/invoices/${invoice.id}`);
    }
  });
  return router;
}

function pay(world: World, response: Response, invoice: Stripe.Invoice, named: string): void {
  const returnUrl = `${world.settings.url}/invoices/${invoice.id}`;
  try {
    onPage(world, () => collectInvoice(world, invoice, { returnUrl }, usePaymentMethod(world, named).id));
  } catch (error) {
    if (!(error instanceof Refusal)) {
      throw error;
    }
    show(world, response, error.status, invoice, error.message);
    return;
  }
  const intent = intentOf(world, invoice);
  response.redirect(303, intent?.status === 'requires_action' ? `/3ds/${intent.id}` : returnUrl);
}

function intentOf(world: World, invoice: Stripe.Invoice): Stripe.PaymentIntent | undefined {
  return world.tables.payment_intent.get(idOf(defaultPaymentOf(world, invoice.id)?.payment.payment_intent));
}

const words: Record<string, string> = { open: 'Waiting to be paid', paid: 'Paid', void: 'Void', uncollectible: 'Given up' };

function show(world: World, response: Response, status: number, invoice: Stripe.Invoice, problem: string | null): void {
  const isOpen = invoice.status === 'open';
  sendPage(response, status, {
    title: `Invoice from ${world.settings.brandName}`,
    body: html`<div class="panel"><p class="brand">${world.settings.brandName} · ${invoice.number}</p><h1>${words[invoice.status ?? '']}</h1>
<p class="amount">${formatAmount(invoice.amount_due, invoice.currency)}</p>
${isOpen && problem && html`<p class="problem" role="alert">${problem}</p>`}
${isOpen && html`<form class="cards" method="post" action="/invoices/${invoice.id}"><h2>Pay with a test card</h2>${testCardChoices()}</form>`}</div>`,
  });
}
