import type Stripe from 'stripe';
import { createBalanceTransaction } from './balance.ts';
import { checkWholeUnits, formatAmount } from './currencies.ts';
import { disputesOf } from './disputes.ts';
import { spendWarnings } from './early-fraud-warnings.ts';
import { invalidParameter, refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { mergedMetadata } from './fields.ts';
import { newId } from './ids.ts';
import { isPendingAtFirst, scheduleEnding } from './refund-endings.ts';
import { get, idOf, insert, type World } from './world.ts';

type RefundInput = {
  charge?: string | null;
  payment_intent?: string | null;
  amount?: number | null;
  reason?: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
  metadata?: Record<string, string> | null;
};

/** Gives a charge back, whole or in part, if so much of it is left. The network's reference follows, or what its test card stands for. */
export function createRefund(world: World, input: RefundInput): Stripe.Refund {
  const charge = refundableCharge(world, input);
  const left = charge.amount - charge.amount_refunded;
  if (left === 0) {
    throw refusedState(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  }
  const amount = input.amount ?? left;
  if (amount > left) {
    const [wanted, rest] = [formatAmount(amount, charge.currency), formatAmount(left, charge.currency)];
    throw invalidParameter(`Refund amount (${wanted}) is greater than unrefunded amount on charge (${rest})`, 'amount');
  }
  checkWholeUnits(amount, charge.currency, 'amount');
  const id = newId('re');
  const transaction = createBalanceTransaction(world, {
    amount: -amount,
    fee: 0,
    currency: charge.currency,
    source: id,
    type: charge.payment_method_details?.type === 'card' ? 'refund' : 'payment_refund',
    description: `REFUND FOR CHARGE${charge.description ? ` (${charge.description})` : ''}`,
  });
  const refund = newRefund(world, charge, { ...input, id, amount, transaction: transaction.id });
  const refunded = charge.amount_refunded + amount;
  change(world, charge, { amount_refunded: refunded, refunded: refunded === charge.amount }, 'charge.refunded');
  emit(world, 'refund.created', refund);
  if (charge.refunded) {
    spendWarnings(world, charge.id);
  }
  scheduleEnding(world, refund);
  return refund;
}

function newRefund(
  world: World,
  charge: Stripe.Charge,
  made: RefundInput & { id: string; amount: number; transaction: string },
): Stripe.Refund {
  return insert(world, 'refund', {
    id: made.id,
    object: 'refund',
    amount: made.amount,
    balance_transaction: made.transaction,
    charge: charge.id,
    created: world.clock.seconds(),
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    ...(charge.payment_method_details?.type === 'card' ? { destination_details: toCard } : {}),
    metadata: mergedMetadata({}, made.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: made.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    ...(isPendingAtFirst(world, charge) ? { status: 'pending', pending_reason: 'processing' } : { status: 'succeeded' }),
    transfer_reversal: null,
  });
}

const toCard = {
  type: 'card',
  card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
} as const;

function refundableCharge(world: World, input: RefundInput): Stripe.Charge {
  if (input.charge) {
    return refundable(world, get(world, 'charge', input.charge, 'charge'));
  }
  if (!input.payment_intent) {
    throw invalidParameter(
      'One of the following params should be provided for this request: payment_intent or charge.',
      'charge',
      'parameter_missing',
    );
  }
  const intent = get(world, 'payment_intent', input.payment_intent, 'payment_intent');
  if (intent.status !== 'succeeded') {
    throw refusedState(`This PaymentIntent (${intent.id}) does not have a successful charge to refund.`);
  }
  return refundable(world, get(world, 'charge', idOf(intent.latest_charge)));
}

function refundable(world: World, charge: Stripe.Charge): Stripe.Charge {
  if (charge.status !== 'succeeded' || !charge.captured) {
    throw refusedState(`Charge ${charge.id} has not succeeded and cannot be refunded.`, 'charge_not_refundable');
  }
  if (disputesOf(world, charge.id).some((dispute) => !dispute.is_charge_refundable)) {
    throw refusedState(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge_disputed');
  }
  return charge;
}
