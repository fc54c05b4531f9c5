import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { fundsOf } from './available-funds.ts';
import { createSettledTransaction, undoBalanceTransaction } from './balance.ts';
import { refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { newId } from './ids.ts';
import { get, idOf, insert, type World } from './world.ts';

const hour = 3600;
const hoursUntilArrival = 12;

/** The daily payout of a currency: everything available now, its lines known for ever. Nothing where there is nothing to pay. */
export function payOut(world: World, currency: string): void {
  const funds = fundsOf(world, currency);
  const amount = funds.transactions.reduce((sum, id) => sum + get(world, 'balance_transaction', id).net, 0);
  const isWorthwhile = amount > 0 || (amount < 0 && world.account.negative_balance === 'debit');
  if (world.account.payouts === 'daily' && isWorthwhile) {
    const transactions = funds.transactions.splice(0);
    const payout = createPayout(world, { amount, currency, automatic: true, description: 'STRIPE PAYOUT', metadata: {} });
    funds.transactions.pop(); // the payout's own transaction, which no later payout pays out
    world.notes.payout_lines.set(payout.id, { id: payout.id, transactions });
  }
  funds.isPayoutDue = false;
}

type Wanted = Pick<Stripe.Payout, 'amount' | 'currency' | 'automatic' | 'description' | 'metadata'> & {
  method?: string | null;
  statement_descriptor?: string | null;
};

/** Takes the money out of the balance, and lets it travel: on its way after an hour, there after twelve. */
export function createPayout(world: World, wanted: Wanted): Stripe.Payout {
  const { amount, currency, automatic, description, metadata } = wanted;
  const id = newId('po');
  const created = world.clock.seconds();
  const transaction = createSettledTransaction(world, {
    ...{ amount: -amount, fee: 0, currency, source: id, description: description ?? 'STRIPE PAYOUT' },
    type: 'payout',
    isAvailable: true,
  });
  const payout = insert(world, 'payout', {
    ...unusedFields,
    id,
    object: 'payout',
    amount,
    arrival_date: created + hoursUntilArrival * hour,
    automatic,
    balance_transaction: transaction.id,
    created,
    currency,
    description,
    destination: `ba_1${currency.toUpperCase()}${'0'.repeat(20)}`,
    livemode: false,
    metadata,
    method: wanted.method ?? 'standard',
    reconciliation_status: automatic ? 'in_progress' : 'not_applicable',
    source_type: 'card',
    statement_descriptor: wanted.statement_descriptor ?? null,
    status: 'pending',
    type: 'bank_account',
  });
  emit(world, 'payout.created', payout);
  schedule(world, (created + hour) * 1000, 'send-payout', id);
  schedule(world, payout.arrival_date * 1000, 'deliver-payout', id);
  if (automatic) {
    schedule(world, (payout.arrival_date + hour) * 1000, 'reconcile-payout', id);
  }
  return payout;
}

const unusedFields = {
  application_fee: null,
  application_fee_amount: null,
  failure_balance_transaction: null,
  failure_code: null,
  failure_message: null,
  original_payout: null,
  payout_method: null,
  reversed_by: null,
  trace_id: null,
} satisfies Partial<Stripe.Payout>;

/** The bank has been told. */
export function sendPayout(world: World, id: string): void {
  const payout = get(world, 'payout', id);
  if (payout.status === 'pending') {
    change(world, payout, { status: 'in_transit', trace_id: { status: 'pending', value: null } }, 'payout.updated');
  }
}

/** The money should be there by now. The bank may still say otherwise. */
export function deliverPayout(world: World, id: string): void {
  const payout = get(world, 'payout', id);
  if (payout.status === 'in_transit') {
    change(world, payout, { status: 'paid', trace_id: { status: 'supported', value: id.slice(-12).toUpperCase() } });
    emit(world, 'payout.paid', payout);
  }
}

/** Stripe vouches for the lines of an automatic payout, whatever became of the money. */
export function reconcilePayout(world: World, id: string): void {
  const payout = get(world, 'payout', id);
  change(world, payout, { reconciliation_status: 'completed' });
  emit(world, 'payout.reconciliation_completed', payout);
}

/** The bank refuses, even after the payout was said to be paid: the money is back in the balance, and in the next payout. */
export function failPayout(world: World, id: string, code = 'account_closed'): Stripe.Payout {
  const payout = get(world, 'payout', id);
  if (!['pending', 'in_transit', 'paid'].includes(payout.status)) {
    throw refusedState(`Payout ${id} is ${payout.status} and cannot fail any more.`);
  }
  const transaction = takeBack(world, payout, 'payout_failure');
  const failure = { failure_code: code, failure_message: 'The bank account has been closed.' };
  change(world, payout, { ...failure, status: 'failed', failure_balance_transaction: transaction.id });
  emit(world, 'payout.failed', payout);
  return payout;
}

/** Calls back a payout that is not on its way yet. */
export function cancelPayout(world: World, id: string): Stripe.Payout {
  const payout = get(world, 'payout', id);
  if (payout.status !== 'pending') {
    throw refusedState(
      `Payouts can only be canceled while they are pending. This one is ${payout.status}.`,
      'payouts_not_allowed',
    );
  }
  const transaction = takeBack(world, payout, 'payout_cancel');
  change(world, payout, { status: 'canceled', failure_balance_transaction: transaction.id });
  emit(world, 'payout.canceled', payout);
  return payout;
}

function takeBack(world: World, payout: Stripe.Payout, type: 'payout_failure' | 'payout_cancel'): Stripe.BalanceTransaction {
  const description = type === 'payout_failure' ? 'STRIPE PAYOUT FAILURE' : 'STRIPE PAYOUT CANCEL';
  return undoBalanceTransaction(world, idOf(payout.balance_transaction), {
    source: payout.id,
    type,
    description,
    isAvailable: true,
  });
}
