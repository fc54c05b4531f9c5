import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { collectInvoice } from './collection.ts';
import { change } from './events.ts';
import { newId } from './ids.ts';
import { createInvoice } from './invoice-creation.ts';
import { closeInvoice, finalizeInvoice } from './invoices.ts';
import { periodEnd } from './periods.ts';
import { endSubscription, subscriptionOf } from './subscriptions.ts';
import { get, idOf, type World } from './world.ts';

const hourMilliseconds = 3_600_000;

/** A period has ended: the subscription ends with it if that was wished, else the next one begins with a draft invoice. */
export function renewSubscription(world: World, id: string): void {
  const subscription = get(world, 'subscription', id);
  const now = world.clock.seconds();
  const isRunning = ['active', 'past_due', 'unpaid'].includes(subscription.status);
  if (!isRunning || subscription.items.data[0]!.current_period_end > now) {
    return;
  }
  if (subscription.cancel_at_period_end || (subscription.cancel_at !== null && subscription.cancel_at <= now)) {
    endSubscription(world, subscription, 'cancellation_requested');
    return;
  }
  const items = subscription.items.data.map((item) => ({
    ...item,
    current_period_start: item.current_period_end,
    current_period_end: periodEnd(subscription.billing_cycle_anchor, item.current_period_end, item.price.recurring!),
  }));
  const invoice = newId('in');
  const patch = { items: { ...subscription.items, data: items }, latest_invoice: invoice };
  change(world, subscription, patch, 'customer.subscription.updated');
  schedule(world, items[0]!.current_period_end * 1000, 'renew-subscription', id);
  beginCollection(world, subscription, createInvoice(world, subscription, 'subscription_cycle', invoice));
}

/** Paused and unpaid subscriptions still make invoices, but nobody pays them; others are finalized and collected after an hour. */
export function beginCollection(world: World, subscription: Stripe.Subscription, invoice: Stripe.Invoice): void {
  const pause = subscription.pause_collection;
  if (!pause && subscription.status !== 'unpaid') {
    schedule(world, world.clock.milliseconds() + hourMilliseconds, 'finalize-invoice', invoice.id);
  } else if (!pause || pause.behavior === 'keep_as_draft') {
    change(world, invoice, { auto_advance: false, automatically_finalizes_at: null });
  } else {
    finalizeInvoice(world, invoice);
    closeInvoice(world, invoice, pause.behavior === 'void' ? 'void' : 'uncollectible');
  }
}

/** An hour after its draft an invoice is closed and collected from the card on file. */
export function finalizeAndCollect(world: World, id: string): void {
  const invoice = get(world, 'invoice', id);
  if (invoice.status === 'draft' && invoice.auto_advance) {
    finalizeInvoice(world, invoice);
    collectInvoice(world, invoice, { isOffSession: true });
  }
}

/** 23 hours without a first payment: the subscription never began. */
export function expireIncomplete(world: World, id: string): void {
  const subscription = get(world, 'subscription', id);
  if (subscription.status !== 'incomplete') {
    return;
  }
  change(world, subscription, { status: 'incomplete_expired', ended_at: world.clock.seconds() }, 'customer.subscription.updated');
  const invoice = world.tables.invoice.get(idOf(subscription.latest_invoice));
  if (invoice?.status === 'open' && subscriptionOf(invoice) === id) {
    closeInvoice(world, invoice, 'void');
  }
}

/** The instant that was set as a subscription's end, or its pause's, has come. */
export function endWhenDue(world: World, id: string): void {
  const subscription = get(world, 'subscription', id);
  const isDue = subscription.cancel_at !== null && subscription.cancel_at <= world.clock.seconds();
  if (isDue && !['canceled', 'incomplete_expired'].includes(subscription.status)) {
    endSubscription(world, subscription, 'cancellation_requested');
  }
}

/** A pause with an end has ended: collection goes on. */
export function resumeCollection(world: World, id: string): void {
  const subscription = get(world, 'subscription', id);
  const until = subscription.pause_collection?.resumes_at;
  if (until && until <= world.clock.seconds()) {
    change(world, subscription, { pause_collection: null }, 'customer.subscription.updated');
  }
}
