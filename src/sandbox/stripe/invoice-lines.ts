import type Stripe from 'stripe';
import { newId } from './ids.ts';
import { decimal } from './prices.ts';
import { idOf } from './world.ts';

const unusedLineFields = {
  discount_amounts: [],
  discountable: true,
  discounts: [],
  livemode: false,
  pretax_credit_amounts: [],
  taxes: [],
} satisfies Partial<Stripe.InvoiceLineItem>;

/** What an invoice says of one item of its subscription: nothing is due for it during a trial. */
export function lineOfSubscription(
  subscription: Stripe.Subscription,
  item: Stripe.SubscriptionItem,
  invoice: string,
): Stripe.InvoiceLineItem {
  const quantity = item.quantity ?? 1;
  const unit = subscription.status === 'trialing' ? 0 : (item.price.unit_amount ?? 0);
  const amount = unit * quantity;
  return {
    ...unusedLineFields,
    id: newId('il'),
    object: 'line_item',
    amount,
    currency: subscription.currency,
    description: `${quantity} × ${subscription.description ?? 'Subscription'}`,
    invoice,
    metadata: { ...subscription.metadata },
    parent: {
      invoice_item_details: null,
      subscription_item_details: {
        invoice_item: null,
        proration: false,
        proration_details: { credited_items: null },
        subscription: subscription.id,
        subscription_item: item.id,
      },
      type: 'subscription_item_details',
    },
    period: { end: item.current_period_end, start: item.current_period_start },
    pricing: {
      price_details: { price: item.price.id, product: idOf(item.price.product) },
      type: 'price_details',
      unit_amount_decimal: decimal(unit),
    },
    quantity,
    quantity_decimal: decimal(quantity),
    subscription: subscription.id,
    subtotal: amount,
  };
}

/** What an invoice says of an item that waited to be billed. */
export function lineOfItem(item: Stripe.InvoiceItem, invoice: string): Stripe.InvoiceLineItem {
  return {
    ...unusedLineFields,
    id: newId('il'),
    object: 'line_item',
    amount: item.amount,
    currency: item.currency,
    description: item.description,
    invoice,
    metadata: { ...item.metadata },
    parent: {
      invoice_item_details: { invoice_item: item.id, proration: false, proration_details: null, subscription: null },
      subscription_item_details: null,
      type: 'invoice_item_details',
    },
    period: { ...item.period },
    pricing: { type: 'price_details', unit_amount_decimal: decimal(item.amount) },
    quantity: 1,
    quantity_decimal: decimal(1),
    subscription: null,
    subtotal: item.amount,
  };
}
