import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { accountOf } from './bank-accounts.ts';
import { scheduleBooking } from './capture.ts';
import { createPendingCharge } from './charges.ts';
import { change, emit } from './events.ts';
import type { World } from './world.ts';

/** Asks the bank for the money: the intent is processing, its charge pending, until the bank answers. */
export function startDebit(world: World, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): void {
  change(world, intent, { status: 'processing', next_action: null });
  emit(world, 'payment_intent.processing', intent);
  const charge = createPendingCharge(world, intent, method);
  change(world, intent, { latest_charge: charge.id });
  if (world.account.bank_debits_booked === 'at_once') {
    scheduleBooking(world, charge.id);
  }
  const seconds = accountOf(world, method.id)?.takesSeconds ?? 0;
  schedule(world, world.clock.milliseconds() + seconds * 1000, 'settle-debit', charge.id);
}
