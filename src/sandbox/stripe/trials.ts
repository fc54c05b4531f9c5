import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { change, emit } from './events.ts';
import { newId } from './ids.ts';
import { createInvoice } from './invoice-creation.ts';
import { beginCollection } from './renewals.ts';
import { withNewPeriod } from './subscription-items.ts';
import { endSubscription } from './subscriptions.ts';
import { get, idOf, type World } from './world.ts';

const noticeSeconds = 3 * 86_400;

/** A trial has begun: its end is told three days before, or at once where it is shorter than that. */
export function scheduleTrial(world: World, subscription: Stripe.Subscription): void {
  const end = subscription.trial_end!;
  const notice = Math.max(world.clock.seconds(), end - noticeSeconds);
  schedule(world, notice * 1000, 'announce-trial-end', subscription.id);
  schedule(world, end * 1000, 'end-trial', subscription.id);
}

/** Three days are left of a trial; nothing where it has ended meanwhile. */
export function announceTrialEnd(world: World, id: string): void {
  const subscription = get(world, 'subscription', id);
  if (subscription.status === 'trialing') {
    emit(world, 'customer.subscription.trial_will_end', subscription);
  }
}

/** A trial is over: the first paid period begins with a draft invoice. Where no card is known, `trial_settings` says what happens. */
export function endTrial(world: World, id: string): void {
  const subscription = get(world, 'subscription', id);
  const now = world.clock.seconds();
  if (subscription.status !== 'trialing' || subscription.trial_end! > now || isEnding(subscription, now)) {
    return;
  }
  const behavior = isPayable(world, subscription)
    ? 'create_invoice'
    : subscription.trial_settings?.end_behavior.missing_payment_method;
  if (behavior === 'cancel') {
    endSubscription(world, subscription, 'cancellation_requested');
  } else if (behavior === 'pause') {
    change(world, subscription, { status: 'paused' });
    emit(world, 'customer.subscription.paused', subscription, { status: 'trialing' });
  } else {
    beginPaying(world, subscription, now);
  }
}

function isEnding({ cancel_at: end }: Stripe.Subscription, now: number): boolean {
  return end !== null && end <= now;
}

function isPayable(world: World, subscription: Stripe.Subscription): boolean {
  const customer = get(world, 'customer', idOf(subscription.customer));
  return Boolean(subscription.default_payment_method ?? customer.invoice_settings.default_payment_method);
}

function beginPaying(world: World, subscription: Stripe.Subscription, now: number): void {
  const items = subscription.items.data.map((item) => withNewPeriod(item, now));
  const invoice = newId('in');
  const patch = {
    status: 'active',
    billing_cycle_anchor: now,
    items: { ...subscription.items, data: items },
    latest_invoice: invoice,
  } as const;
  change(world, subscription, patch, 'customer.subscription.updated');
  schedule(world, items[0]!.current_period_end * 1000, 'renew-subscription', subscription.id);
  beginCollection(world, subscription, createInvoice(world, subscription, 'subscription_cycle', invoice));
}
