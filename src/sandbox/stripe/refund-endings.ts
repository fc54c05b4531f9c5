import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { undoBalanceTransaction } from './balance.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { findTestCard } from './test-cards.ts';
import { get, idOf, type World } from './world.ts';

const secondsUntilEnding = 3600;

function refundsOf(world: World, paymentMethod: string | null) {
  return findTestCard(world.notes.card.get(paymentMethod ?? '')?.number ?? '')?.refunds;
}

/** Whether a refund of this charge begins as pending. */
export function isPendingAtFirst(world: World, charge: Stripe.Charge): boolean {
  return refundsOf(world, charge.payment_method) === 'succeed-late';
}

/** What follows a new refund: the network's reference a moment later, or what the test card stands for after an hour. */
export function scheduleEnding(world: World, refund: Stripe.Refund): void {
  const now = world.clock.milliseconds();
  const ending = refundsOf(world, idOf(refund.payment_method));
  if (refund.status === 'succeeded') {
    schedule(world, now + world.settings.captureDelaySeconds * 1000, 'reference-refund', refund.id);
  }
  if (ending) {
    schedule(world, now + secondsUntilEnding * 1000, ending === 'fail-late' ? 'refuse-refund' : 'finish-refund', refund.id);
  }
}

/** A moment after a refund the card network gives it a reference; a bank gives none. */
export function referenceRefund(world: World, id: string): void {
  const refund = get(world, 'refund', id);
  if (refund.destination_details?.type !== 'card' || refund.status !== 'succeeded') {
    return;
  }
  const card = {
    reference: `7${refund.created}`,
    reference_status: 'available',
    reference_type: 'acquirer_reference_number',
    type: 'refund',
  } as const;
  tellChange(world, refund, { destination_details: { type: 'card', card } });
}

/** The bank has made a pending refund good; nothing where it failed or was canceled meanwhile. */
export function finishRefund(world: World, id: string): void {
  const refund = get(world, 'refund', id);
  if (refund.status === 'pending') {
    refund.pending_reason = undefined;
    tellChange(world, refund, { status: 'succeeded' });
    referenceRefund(world, id);
  }
}

/** The bank sends a refund back, as its test card says; nothing where a lever did so before. */
export function refuseRefund(world: World, id: string): void {
  const refund = get(world, 'refund', id);
  if (canFail(refund)) {
    failRefund(world, refund);
  }
}

/** A refund fails, even long after it succeeded: the money is back in the balance, and the charge is refunded by so much less. */
export function failRefund(world: World, refund: Stripe.Refund, reason = 'expired_or_canceled_card'): void {
  if (!canFail(refund)) {
    throw refusedState(`Refund ${refund.id} has a status of ${refund.status} and cannot fail.`);
  }
  giveBack(world, refund, 'failed', reason);
  emit(world, 'refund.failed', refund);
}

/** Calls a refund back that the bank has not made good yet. */
export function cancelRefund(world: World, refund: Stripe.Refund): void {
  if (refund.status !== 'pending') {
    throw refusedState(`Refund ${refund.id} has a status of ${refund.status} and cannot be canceled.`);
  }
  giveBack(world, refund, 'canceled', 'merchant_request');
}

function canFail({ status }: Stripe.Refund): boolean {
  return status === 'pending' || status === 'succeeded';
}

function giveBack(world: World, refund: Stripe.Refund, status: 'failed' | 'canceled', reason: string): void {
  const charge = get(world, 'charge', idOf(refund.charge));
  const transaction = undoBalanceTransaction(world, idOf(refund.balance_transaction), {
    source: refund.id,
    type: 'refund_failure',
    description: `REFUND FAILURE${charge.description ? ` (${charge.description})` : ''}`,
  });
  refund.pending_reason = undefined;
  refund.failure_reason = reason;
  refund.failure_balance_transaction = transaction.id;
  tellChange(world, refund, { status });
  change(world, charge, { amount_refunded: charge.amount_refunded - refund.amount, refunded: false }, 'charge.updated');
}

/** A refund's change is told under two names, the older one with the same refund in it. */
function tellChange(world: World, refund: Stripe.Refund, patch: Partial<Stripe.Refund>): void {
  const names = Object.keys(patch) as (keyof Stripe.Refund)[];
  const before = Object.fromEntries(names.map((name) => [name, structuredClone(refund[name])]));
  change(world, refund, patch);
  emit(world, 'refund.updated', refund, before);
  emit(world, 'charge.refund.updated', refund, before);
}
