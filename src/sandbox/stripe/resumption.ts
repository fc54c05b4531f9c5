import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { collectInvoice } from './collection.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { newId } from './ids.ts';
import { createInvoice } from './invoice-creation.ts';
import { finalizeInvoice } from './invoices.ts';
import { withNewPeriod } from './subscription-items.ts';
import type { World } from './world.ts';

/** A paused subscription goes on with a new period from now, if its invoice is paid; else it stays paused and the invoice open. */
export function resumeSubscription(world: World, subscription: Stripe.Subscription): void {
  if (subscription.status !== 'paused') {
    throw refusedState(`Only a paused subscription can be resumed. This one has a status of ${subscription.status}.`);
  }
  const now = world.clock.seconds();
  const items = subscription.items.data.map((item) => withNewPeriod(item, now));
  const id = newId('in');
  change(world, subscription, { items: { ...subscription.items, data: items }, latest_invoice: id, billing_cycle_anchor: now });
  const invoice = createInvoice(world, subscription, 'subscription_update', id);
  finalizeInvoice(world, invoice);
  collectInvoice(world, invoice, { isOffSession: true });
  if (invoice.status === 'paid') {
    change(world, subscription, { status: 'active' }, 'customer.subscription.updated');
    emit(world, 'customer.subscription.resumed', subscription);
    schedule(world, items[0]!.current_period_end * 1000, 'renew-subscription', subscription.id);
  }
}
