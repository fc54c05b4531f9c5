import { schedule } from './agenda.ts';
import { chargeFee, createBalanceTransaction } from './balance.ts';
import { change, emit } from './events.ts';
import { get, type World } from './world.ts';

/** The money that was only held is taken: the charge says so, and is booked a moment later like any other. */
export function captureHeldCharge(world: World, id: string): void {
  const charge = get(world, 'charge', id);
  change(world, charge, { captured: true, amount_captured: charge.amount });
  emit(world, 'charge.captured', charge);
  scheduleBooking(world, id);
}

/** A captured charge is booked a moment later; one made with the test card that bypasses all waiting, at once. */
export function scheduleBooking(world: World, charge: string): void {
  if (bypassesWaiting(world, charge)) {
    captureCharge(world, charge);
  } else {
    schedule(world, world.clock.milliseconds() + world.settings.captureDelaySeconds * 1000, 'capture-charge', charge);
  }
}

function bypassesWaiting(world: World, charge: string): boolean {
  const card = world.notes.card.get(get(world, 'charge', charge).payment_method ?? '');
  return card?.number === '4000000000000077';
}

/** The capture that follows: now the money has a balance transaction, and the charge says so. */
export function captureCharge(world: World, id: string): void {
  const charge = get(world, 'charge', id);
  const transaction = createBalanceTransaction(world, {
    amount: charge.amount,
    fee: chargeFee,
    currency: charge.currency,
    source: charge.id,
    type: charge.payment_method_details?.type === 'card' ? 'charge' : 'payment',
    description: charge.description,
    isAvailable: bypassesWaiting(world, id),
  });
  change(world, charge, { balance_transaction: transaction.id }, 'charge.updated');
}
