import type Stripe from 'stripe';
import { fundsOf } from './available-funds.ts';
import { checkedCurrency } from './currencies.ts';
import { invalidParameter, refusedState } from './errors.ts';
import { change } from './events.ts';
import { createdFilter, mergedMetadata, metadata, needed, oneOf, text, wholeNumber } from './fields.ts';
import { page, pageFields } from './pagination.ts';
import { cancelPayout, createPayout } from './payouts.ts';
import { type Route, route } from './route.ts';
import { get, newestFirst, type World } from './world.ts';

/** Currencies that are charged in hundredths but paid out in whole units (https://docs.stripe.com/currencies#special-cases). */
const paidOutWhole = ['huf', 'twd'];

/** Refuses what is not there, or has parts of a unit that banks do not know. */
function checkPayable(world: World, amount: number, currency: string): void {
  const available = fundsOf(world, currency).transactions.reduce((sum, id) => sum + get(world, 'balance_transaction', id).net, 0);
  if (amount > available) {
    throw refusedState(
      'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.',
      'balance_insufficient',
    );
  }
  if (paidOutWhole.includes(currency) && amount % 100 !== 0) {
    throw invalidParameter(`Invalid integer: ${amount}. Payouts in ${currency} must be divisible by 100.`, 'amount');
  }
}

const createFields = {
  amount: needed(wholeNumber(1)),
  currency: needed(text),
  description: text,
  destination: text,
  metadata,
  method: oneOf('standard', 'instant'),
  source_type: oneOf('card', 'bank_account', 'fpx'),
  statement_descriptor: text,
};

const listFields = { ...pageFields, arrival_date: createdFilter, created: createdFilter, destination: text, status: text };

/** Payouts: create by hand, retrieve, update (metadata), cancel, list. Those of every day come by themselves. */
export const payoutRoutes: Route[] = [
  route('post', '/v1/payouts', createFields, (world, { params }): Stripe.Payout => {
    const { amount, description, method, statement_descriptor } = params;
    const currency = checkedCurrency(params.currency, 'currency');
    checkPayable(world, amount, currency);
    return createPayout(world, {
      ...{ amount, currency, automatic: false, method, statement_descriptor },
      description: description ?? null,
      metadata: mergedMetadata({}, params.metadata),
    });
  }),
  route('get', '/v1/payouts', listFields, (world, { params }) => {
    const rows = newestFirst(world, 'payout').filter(
      (payout) =>
        (!params.status || payout.status === params.status) &&
        (!params.destination || payout.destination === params.destination) &&
        (params.arrival_date?.(payout.arrival_date) ?? true) &&
        (params.created?.(payout.created) ?? true),
    );
    return page(rows, params, '/v1/payouts');
  }),
  route('get', '/v1/payouts/{id}', {}, (world, { id }) => get(world, 'payout', id)),
  route('post', '/v1/payouts/{id}', { metadata }, (world, { id, params }) => {
    const payout = get(world, 'payout', id);
    change(world, payout, { metadata: mergedMetadata(payout.metadata ?? {}, params.metadata) }, 'payout.updated');
    return payout;
  }),
  route('post', '/v1/payouts/{id}/cancel', {}, (world, { id }) => {
    if (get(world, 'payout', id).automatic) {
      throw refusedState('You can only cancel payouts that were created by hand; this one is automatic.');
    }
    return cancelPayout(world, id);
  }),
];
