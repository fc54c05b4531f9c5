import type Stripe from 'stripe';
import { fromUnix } from '../clock.ts';
import { type BalanceTransaction, type Charge, type Instalment, metadataKeys, type PaymentReading } from './gateway.ts';
import { toExpanded, toId, toMoney } from './to-money.ts';

const donationId = /^don_\w{1,64}$/;

/** A payment intent in our words. `charge` is its latest one, given apart where Stripe could not expand it along. */
export function toPayment(
  intent: Stripe.PaymentIntent,
  instalment: Instalment | null,
  charge: Stripe.Charge | null = toExpanded(intent.latest_charge),
): PaymentReading {
  const marked = intent.metadata?.[metadataKeys.donation] ?? '';
  return {
    id: intent.id,
    status: intent.status,
    amount: toMoney(intent.amount, intent.currency),
    customerId: toId(intent.customer),
    createdAt: fromUnix(intent.created),
    description: intent.description,
    metadata: intent.metadata ?? {},
    donationId: donationId.test(marked) ? marked : null,
    instalment,
    charge: charge && toCharge(charge),
  };
}

function toCharge(charge: Stripe.Charge): Charge {
  const balanceTransaction = toExpanded(charge.balance_transaction);
  const failureBalanceTransaction = toExpanded(charge.failure_balance_transaction);
  return {
    id: charge.id,
    status: charge.status,
    amount: toMoney(charge.amount, charge.currency),
    createdAt: fromUnix(charge.created),
    email: charge.billing_details?.email ?? null,
    name: charge.billing_details?.name ?? null,
    balanceTransaction: balanceTransaction && toBalanceTransaction(balanceTransaction),
    failureBalanceTransaction: failureBalanceTransaction && toBalanceTransaction(failureBalanceTransaction),
  };
}

/** A balance transaction in our words. */
export function toBalanceTransaction(transaction: Stripe.BalanceTransaction): BalanceTransaction {
  const source = toExpanded(transaction.source);
  return {
    id: transaction.id,
    type: transaction.type,
    reportingCategory: transaction.reporting_category,
    sourceId: toId(transaction.source as string | { id: string } | null),
    ...(source?.object === 'charge' && { paymentIntentId: toId(source.payment_intent) }),
    amount: toMoney(transaction.amount, transaction.currency),
    fee: toMoney(transaction.fee, transaction.currency),
    net: toMoney(transaction.net, transaction.currency),
    exchangeRate: transaction.exchange_rate,
    availableOn: fromUnix(transaction.available_on),
    createdAt: fromUnix(transaction.created),
  };
}
