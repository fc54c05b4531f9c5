import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { accountOf } from './bank-accounts.ts';
import { disputesOf, openDispute } from './disputes.ts';
import { warnOfCharge } from './early-fraud-warnings.ts';
import { findTestCard } from './test-cards.ts';
import { get, idOf, type World } from './world.ts';

/** What a test card brings after it was charged: inquiries and warnings at once, disputes with money in them once the charge is booked. */
export function scheduleAftermath(world: World, charge: Stripe.Charge): void {
  const aftermath = aftermathOf(world, charge);
  if (aftermath) {
    const waits = aftermath === 'fraud-warning' || aftermath === 'inquiry' ? 0 : world.settings.captureDelaySeconds;
    const kind = aftermath === 'fraud-warning' ? 'warn-of-fraud' : 'raise-disputes';
    schedule(world, world.clock.milliseconds() + waits * 1000, kind, charge.id);
  }
}

function aftermathOf(world: World, charge: Stripe.Charge) {
  if (accountOf(world, charge.payment_method ?? '')?.isDisputed) {
    return 'debit-dispute';
  }
  return findTestCard(world.notes.card.get(idOf(charge.payment_method))?.number ?? '')?.aftermath;
}

/** The disputes that the card of a charge stands for; nothing where the charge was refunded or disputed whole meanwhile. */
export function raiseDisputes(world: World, id: string): void {
  const charge = get(world, 'charge', id);
  const aftermath = aftermathOf(world, charge);
  const disputed = disputesOf(world, charge.id).reduce((sum, { amount }) => sum + amount, 0);
  if (charge.amount_refunded + disputed >= charge.amount) {
    return;
  }
  if (aftermath === 'two-disputes') {
    openDispute(world, charge, { amount: Math.ceil((charge.amount - charge.amount_refunded) / 2) });
  }
  const reason = reasons[aftermath ?? ''] ?? 'fraudulent';
  openDispute(world, charge, { reason, inquiry: aftermath === 'inquiry' });
}

const reasons: Record<string, string> = { 'delivery-dispute': 'product_not_received', 'debit-dispute': 'debit_not_authorized' };

/** The bank of the card that was charged warns of fraud. */
export function warnOfFraud(world: World, id: string): void {
  warnOfCharge(world, get(world, 'charge', id));
}
