import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { noteAvailable } from './available-funds.ts';
import { type Settled, settled } from './conversion.ts';
import { invalidParameter } from './errors.ts';
import { change } from './events.ts';
import { createdFilter, text } from './fields.ts';
import { newId } from './ids.ts';
import { filteredPage, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { get, idOf, insert, newestFirst, type World } from './world.ts';

const daysUntilAvailable = 2;

/** What Stripe keeps of a charge: 2.9 % and 30 minor units, half a unit rounded up. */
export function chargeFee(amount: number): number {
  return Math.round((amount * 29) / 1000) + 30;
}

/** What Stripe files each type under for accounting; a type that is not here is filed under its own name. */
const categories: Record<string, string> = {
  payment: 'charge',
  payment_refund: 'refund',
  payment_failure_refund: 'charge_failure',
  adjustment: 'other_adjustment',
  payout_cancel: 'payout_reversal',
  payout_failure: 'payout_reversal',
  stripe_fee: 'fee',
  stripe_fx_fee: 'fee',
  application_fee: 'platform_earning',
  tax_fee: 'tax',
  reserve_transaction: 'risk_reserved_funds',
  reserved_funds: 'risk_reserved_funds',
  payout_minimum_balance_hold: 'payout_minimum_balance_hold',
};

type Movement = {
  /** In minor units of `currency`: what the donor paid or got back. */
  amount: number;
  /** In minor units of the settlement currency, or reckoned from the amount once that is known. Negative where a fee is given back. */
  fee: number | ((amount: number) => number);
  currency: string;
  source: string | null;
  type: Stripe.BalanceTransaction.Type;
  /** Where it is filed unless its type says so. */
  category?: string;
  feeDescription?: string;
  description: string | null;
  /** Whether it counts from now on, and not after two days. */
  isAvailable?: boolean;
};

/** Moves money in or out of the account: one balance transaction at today's rate, available after two days. */
export function createBalanceTransaction(world: World, movement: Movement): Stripe.BalanceTransaction {
  return book(world, movement, settled(world.account.settlement, movement.amount, movement.currency));
}

/** The same for an amount that is in the balance's own currency, whatever rates are now. */
export function createSettledTransaction(world: World, movement: Movement): Stripe.BalanceTransaction {
  return book(world, movement, { amount: movement.amount, currency: movement.currency, exchange_rate: null });
}

function book(world: World, movement: Movement, { amount, currency, exchange_rate }: Settled): Stripe.BalanceTransaction {
  const { source, type, description, feeDescription = 'Stripe processing fees', isAvailable = false } = movement;
  const created = world.clock.seconds();
  const fee = typeof movement.fee === 'number' ? movement.fee : movement.fee(amount);
  const transaction = insert(world, 'balance_transaction', {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: isAvailable ? created : created + daysUntilAvailable * 86_400,
    balance_type: 'payments',
    created,
    currency,
    description,
    exchange_rate,
    fee,
    fee_details: fee === 0 ? [] : [{ amount: fee, application: null, currency, description: feeDescription, type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: movement.category ?? categories[type] ?? type,
    source,
    status: isAvailable ? 'available' : 'pending',
    type,
  });
  if (isAvailable) {
    noteAvailable(world, transaction);
  } else {
    schedule(world, transaction.available_on * 1000, 'make-funds-available', transaction.id);
  }
  return transaction;
}

/** How what undoes a balance transaction is named. `fee` is 0 unless the fee is given back with it. */
type Undoing = Omit<Movement, 'amount' | 'currency' | 'fee'> & { fee?: number };

/** Undoes an earlier balance transaction to the unit: the same settled amount the other way, whatever rates are now. */
export function undoBalanceTransaction(world: World, id: string, undoing: Undoing): Stripe.BalanceTransaction {
  const { amount, currency, exchange_rate } = get(world, 'balance_transaction', id);
  return book(world, { fee: 0, ...undoing, amount: -amount, currency }, { amount: -amount, currency, exchange_rate });
}

/** Two days on, what was pending can be paid out. */
export function makeFundsAvailable(world: World, id: string): void {
  const transaction = get(world, 'balance_transaction', id);
  if (change(world, transaction, { status: 'available' })) {
    noteAvailable(world, transaction);
  }
}

/** The balance: of each currency, what can be paid out and what cannot yet. Together they are the sum of all nets. */
function balanceOf(world: World): Stripe.Balance {
  const sumsOf = (status: string) => {
    const sums = new Map<string, number>();
    for (const transaction of world.tables.balance_transaction.values()) {
      const net = transaction.status === status ? transaction.net : 0;
      sums.set(transaction.currency, (sums.get(transaction.currency) ?? 0) + net);
    }
    return [...sums].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
  };
  return { object: 'balance', available: sumsOf('available'), livemode: false, pending: sumsOf('pending') };
}

/** What an automatic payout paid out, its own transaction first, newest first; refused for a payout that was asked for. */
function paidOutBy(world: World, id: string): Stripe.BalanceTransaction[] {
  const payout = get(world, 'payout', id, 'payout');
  if (!payout.automatic) {
    throw invalidParameter('Balance transaction history can only be filtered on automatic transfers, not manual.', 'payout');
  }
  const lines = world.notes.payout_lines.get(id)?.transactions ?? [];
  return [...lines, idOf(payout.balance_transaction)].reverse().map((line) => get(world, 'balance_transaction', line));
}

const listFields = { ...pageFields, source: text, type: text, currency: text, payout: text, created: createdFilter };

/** The balance of the account and the transactions that made it. */
export const balanceRoutes: Route[] = [
  route('get', '/v1/balance', {}, balanceOf),
  route('get', '/v1/balance_transactions', listFields, (world, { params }) => {
    const rows = params.payout ? paidOutBy(world, params.payout) : newestFirst(world, 'balance_transaction');
    return filteredPage(
      rows,
      params,
      '/v1/balance_transactions',
      (transaction) =>
        (!params.source || transaction.source === params.source) &&
        (!params.type || transaction.type === params.type) &&
        (!params.currency || transaction.currency === params.currency) &&
        (params.created?.(transaction.created) ?? true),
    );
  }),
  route('get', '/v1/balance_transactions/{id}', {}, (world, { id }) => get(world, 'balance_transaction', id)),
];
