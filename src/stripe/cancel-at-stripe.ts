import type Stripe from 'stripe';
import { askStripe, type StripeAccess } from './ask-stripe.ts';

const ended = ['canceled', 'incomplete_expired'];

/**
 * Ends a subscription now, without a last invoice and without giving back, and voids what it still asks for: ending it leaves its
 * draft and open invoices as they are. Safe twice.
 */
export async function cancelAtStripe(access: StripeAccess, subscriptionId: string): Promise<void> {
  const { client, livemode } = access;
  const { status } = await askStripe(client.subscriptions.retrieve(subscriptionId), 'subscription', livemode);
  if (!ended.includes(status)) {
    const asked = client.subscriptions.cancel(subscriptionId, { invoice_now: false, prorate: false });
    await askStripe(asked, 'subscription', livemode);
  }
  for (const state of ['draft', 'open'] as const) {
    const asked = client.invoices.list({ subscription: subscriptionId, status: state, limit: 100 });
    const { data } = await askStripe(asked, 'list', livemode);
    for (const invoice of data) {
      await voidInvoice(access, invoice);
    }
  }
}

/** A subscription's draft can be neither deleted nor voided: it is finalized without being collected, then voided. */
async function voidInvoice({ client, livemode }: StripeAccess, { id, status }: Stripe.Invoice): Promise<void> {
  if (status === 'draft') {
    await askStripe(client.invoices.finalizeInvoice(id!, { auto_advance: false }), 'invoice', livemode);
  }
  await askStripe(client.invoices.voidInvoice(id!), 'invoice', livemode);
}
