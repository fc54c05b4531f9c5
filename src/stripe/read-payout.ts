import { fromUnix } from '../clock.ts';
import { dayOf } from '../period.ts';
import { askStripe, type StripeAccess } from './ask-stripe.ts';
import type { BalanceTransaction, PayoutLines, PayoutReading } from './gateway.ts';
import { toExpanded, toMoney } from './to-money.ts';
import { toBalanceTransaction } from './to-payment.ts';

const mostLines = 100;

/** One payout with what it took from the balance and, where it failed, what came back. */
export async function readPayout({ client, livemode }: StripeAccess, payoutId: string): Promise<PayoutReading> {
  const expand = ['balance_transaction', 'failure_balance_transaction'];
  const payout = await askStripe(client.payouts.retrieve(payoutId, { expand }), 'payout', livemode);
  const [balanceTransaction, failureBalanceTransaction] = [payout.balance_transaction, payout.failure_balance_transaction].map(
    toExpanded,
  );
  return {
    id: payout.id,
    status: payout.status,
    amount: toMoney(payout.amount, payout.currency),
    automatic: payout.automatic,
    reconciliationStatus: payout.reconciliation_status,
    arrivalOn: dayOf(fromUnix(payout.arrival_date), 'UTC'),
    failureCode: payout.failure_code,
    createdAt: fromUnix(payout.created),
    balanceTransaction: balanceTransaction ? toBalanceTransaction(balanceTransaction) : null,
    failureBalanceTransaction: failureBalanceTransaction ? toBalanceTransaction(failureBalanceTransaction) : null,
  };
}

/** A page of the lines of a payout, each with the payment behind its charge. Stripe lists the payout's own among them: it is left out. */
export async function listPayoutLines(
  { client, livemode }: StripeAccess,
  payoutId: string,
  after?: string,
): Promise<PayoutLines> {
  const page = { payout: payoutId, limit: mostLines, expand: ['data.source'], ...(after && { starting_after: after }) };
  const { data, has_more } = await askStripe(client.balanceTransactions.list(page), 'list', livemode);
  const lines = data.map(toBalanceTransaction).filter(({ type, sourceId }) => type !== 'payout' || sourceId !== payoutId);
  return { lines, next: has_more ? data.at(-1)?.id : undefined };
}

/** One balance transaction, with the payment behind its charge. */
export async function readBalanceTransaction({ client, livemode }: StripeAccess, id: string): Promise<BalanceTransaction> {
  const asked = client.balanceTransactions.retrieve(id, { expand: ['source'] });
  return toBalanceTransaction(await askStripe(asked, 'balance_transaction', livemode));
}
