import type Stripe from 'stripe';
import { defaultPaymentOf, invoicePaymentOf } from './invoices.ts';
import { idOf, type World } from './world.ts';

type Loose = Record<string, unknown>;

/** The last version of the old shapes: after it, invoices no longer knew their charge, nor charges their invoice. */
export const acacia = '2025-02-24.acacia';

/** Whether an endpoint of that version is told the old shapes. */
export function isOldVersion(version: string): boolean {
  return version < '2025-03-31';
}

/** An object as versions up to acacia told it; a kind that has not changed since as it is. */
export function olderShape(world: World, object: Loose): Loose {
  return shapes[String(object.object)]?.(world, object) ?? object;
}

const shapes: Record<string, (world: World, object: Loose) => Loose> = {
  invoice: (world, { parent, payments: _payments, confirmation_secret: _secret, ...invoice }) => {
    const details = (parent as Stripe.Invoice.Parent | null)?.subscription_details;
    const intent = idOf(defaultPaymentOf(world, String(invoice.id))?.payment.payment_intent);
    return {
      ...invoice,
      paid: invoice.status === 'paid',
      subscription: details?.subscription ?? null,
      subscription_details: details ? { metadata: details.metadata } : null,
      payment_intent: intent || null,
      charge: idOf(world.tables.payment_intent.get(intent)?.latest_charge) || null,
    };
  },
  charge: (world, charge) => ({ ...charge, invoice: invoiceOf(world, charge.payment_intent) }),
  payment_intent: (world, intent) => ({ ...intent, invoice: invoiceOf(world, intent.id) }),
  subscription: (_world, subscription) => {
    const items = subscription.items as Stripe.ApiList<Stripe.SubscriptionItem>;
    const [{ current_period_start, current_period_end }] = items.data as [Stripe.SubscriptionItem];
    const data = items.data.map(({ current_period_start: _start, current_period_end: _end, ...item }) => item);
    return { ...subscription, items: { ...items, data }, current_period_start, current_period_end };
  },
};

function invoiceOf(world: World, intent: unknown): string | null {
  return idOf(invoicePaymentOf(world, String(intent))?.invoice) || null;
}
