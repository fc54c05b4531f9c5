import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { change } from './events.ts';
import { createdFilter, text } from './fields.ts';
import { newId } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { get, insert, newestFirst, type World } from './world.ts';

const daysUntilAvailable = 2;

/** What Stripe keeps of a charge: 2.9 % and 30 minor units, half a unit rounded up. */
export function chargeFee(amount: number): number {
  return Math.round((amount * 29) / 1000) + 30;
}

/** What Stripe files each type under for accounting; an adjustment says so itself. */
const categories = {
  charge: 'charge',
  payment: 'charge',
  refund: 'refund',
  payment_refund: 'refund',
  refund_failure: 'refund_failure',
  payment_failure_refund: 'charge_failure',
  adjustment: 'other_adjustment',
} as const;

type Movement = {
  amount: number;
  /** Negative where a fee is given back. */
  fee: number;
  currency: string;
  source: string;
  type: keyof typeof categories;
  /** Where it is filed unless its type says so. */
  category?: 'dispute' | 'dispute_reversal';
  feeDescription?: string;
  description: string | null;
};

/** Moves money in or out of the account: one balance transaction, available after two days. */
export function createBalanceTransaction(world: World, movement: Movement): Stripe.BalanceTransaction {
  const { amount, fee, currency, source, type, description } = movement;
  const created = world.clock.seconds();
  const feeDescription = movement.feeDescription ?? 'Stripe processing fees';
  const transaction = insert(world, 'balance_transaction', {
    id: newId('txn'),
    object: 'balance_transaction',
    amount,
    available_on: created + daysUntilAvailable * 86_400,
    balance_type: 'payments',
    created,
    currency,
    description,
    exchange_rate: null,
    fee,
    fee_details: fee === 0 ? [] : [{ amount: fee, application: null, currency, description: feeDescription, type: 'stripe_fee' }],
    net: amount - fee,
    reporting_category: movement.category ?? categories[type],
    source,
    status: 'pending',
    type,
  });
  schedule(world, transaction.available_on * 1000, 'make-funds-available', transaction.id);
  return transaction;
}

/** How what undoes a balance transaction is named. `fee` is 0 unless the fee is given back with it. */
type Undoing = Pick<Movement, 'source' | 'type' | 'category' | 'description'> & { fee?: number };

/** Undoes an earlier balance transaction to the unit: the same settled amount the other way, whatever rates are now. */
export function undoBalanceTransaction(world: World, id: string, undoing: Undoing): Stripe.BalanceTransaction {
  const { amount, currency } = get(world, 'balance_transaction', id);
  return createBalanceTransaction(world, { fee: 0, ...undoing, amount: -amount, currency });
}

/** Two days on, what was pending can be paid out. */
export function makeFundsAvailable(world: World, id: string): void {
  change(world, get(world, 'balance_transaction', id), { status: 'available' });
}

/** The balance of the account and the transactions that made it. */
export const balanceRoutes: Route[] = [
  route('get', '/v1/balance', {}, (world): Stripe.Balance => {
    const sumOf = (status: string) => {
      const sums = new Map<string, number>();
      for (const transaction of world.tables.balance_transaction.values()) {
        const net = transaction.status === status ? transaction.net : 0;
        sums.set(transaction.currency, (sums.get(transaction.currency) ?? 0) + net);
      }
      return [...sums].map(([currency, amount]) => ({ amount, currency, source_types: { card: amount } }));
    };
    return { object: 'balance', available: sumOf('available'), livemode: false, pending: sumOf('pending') };
  }),
  route(
    'get',
    '/v1/balance_transactions',
    { ...pageFields, source: text, type: text, currency: text, payout: text, created: createdFilter },
    (world, { params }) => {
      const rows = newestFirst(world, 'balance_transaction').filter(
        (transaction) =>
          (!params.source || transaction.source === params.source) &&
          (!params.type || transaction.type === params.type) &&
          (!params.currency || transaction.currency === params.currency) &&
          !params.payout &&
          (params.created?.(transaction.created) ?? true),
      );
      return page(rows, params, '/v1/balance_transactions');
    },
  ),
  route('get', '/v1/balance_transactions/{id}', {}, (world, { id }) => get(world, 'balance_transaction', id)),
];
