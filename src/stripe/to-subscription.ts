import type Stripe from 'stripe';
import { fromUnix } from '../clock.ts';
import { AppError } from '../errors.ts';
import { type Instalment, metadataKeys, type SubscriptionReading } from './gateway.ts';
import { toExpanded, toId, toMoney } from './to-money.ts';

const subscriptionId = /^rec_\w{1,64}$/;

/** A subscription in our words; its period stands on its items since 2025-03-31. Throws stripe-value-unknown for one without an item. */
export function toSubscription(subscription: Stripe.Subscription): SubscriptionReading {
  const item = subscription.items.data[0];
  if (!item?.price?.recurring) {
    throw new AppError('stripe-value-unknown', 'Stripe gave a subscription without a recurring item');
  }
  const amount = toMoney(item.price.unit_amount, subscription.currency);
  return {
    id: subscription.id,
    subscriptionId: toOurId(subscription.metadata),
    status: subscription.status,
    customerId: toId(subscription.customer) ?? '',
    amount: { ...amount, minor: amount.minor * BigInt(item.quantity ?? 1) },
    interval: item.price.recurring.interval_count === 1 ? item.price.recurring.interval : 'other',
    currentPeriodEnd: toInstant(item.current_period_end),
    cancelAt:
      toInstant(subscription.cancel_at) ?? (subscription.cancel_at_period_end ? toInstant(item.current_period_end) : null),
    canceledAt: toInstant(subscription.canceled_at),
    endedAt: toInstant(subscription.ended_at),
    endReason: subscription.cancellation_details?.reason ?? null,
    createdAt: fromUnix(subscription.created),
  };
}

/** Which instalment of which subscription an invoice is; null for one that no subscription made. */
export function toInstalment(invoice: Stripe.Invoice): Instalment | null {
  const details = invoice.parent?.subscription_details;
  if (!details) {
    return null;
  }
  const subscription = toExpanded(details.subscription);
  return {
    invoiceId: invoice.id!,
    stripeSubscriptionId: toId(details.subscription),
    subscriptionId: toOurId(details.metadata) ?? toOurId(subscription?.metadata),
    periodEnd: toInstant(recurringLine(invoice)?.period.end),
  };
}

/** The line of the recurring item itself, not of a proration. */
function recurringLine(invoice: Stripe.Invoice): Stripe.InvoiceLineItem | undefined {
  return invoice.lines.data.find(
    ({ parent }) => parent?.subscription_item_details && !parent.subscription_item_details.proration,
  );
}

function toOurId(metadata: Stripe.Metadata | null | undefined): string | null {
  const marked = metadata?.[metadataKeys.subscription] ?? '';
  return subscriptionId.test(marked) ? marked : null;
}

function toInstant(seconds: number | null | undefined): Date | null {
  return typeof seconds === 'number' ? fromUnix(seconds) : null;
}
