import type Stripe from 'stripe';
import { fromUnix } from '../clock.ts';
import { askStripe, type StripeAccess } from './ask-stripe.ts';
import { toMadeRefund } from './create-refund.ts';
import { toFailedTry } from './failed-try.ts';
import type { Instalment, InvoiceReading, PaymentReading, RefundReading } from './gateway.ts';
import { toExpanded, toId, toMoney } from './to-money.ts';
import { toBalanceTransaction, toPayment } from './to-payment.ts';
import { toInstalment, toSubscription } from './to-subscription.ts';

/** What something that names a payment is read with, so that the payment is known from the same answer. */
export const expandPayment = [
  'payment_intent.latest_charge.balance_transaction',
  'payment_intent.latest_charge.failure_balance_transaction',
];

/** One payment with its charge and balance transaction: one call, and a second where its metadata does not say that it is ours. */
export async function readPayment(
  access: StripeAccess,
  paymentIntentId: string,
  { withInstalment = true }: { withInstalment?: boolean } = {},
): Promise<PaymentReading> {
  const expand = ['latest_charge.balance_transaction', 'latest_charge.failure_balance_transaction'];
  const asked = access.client.paymentIntents.retrieve(paymentIntentId, { expand });
  const intent = await askStripe(asked, 'payment_intent', access.livemode);
  return withInstalment ? withItsInstalment(access, intent) : toPayment(intent, null);
}

/** One refund with the payment it gives back: one call, and a second where that payment's metadata does not say that it is ours. */
export async function readRefund({ client, livemode }: StripeAccess, refundId: string): Promise<RefundReading> {
  const expand = ['balance_transaction', 'failure_balance_transaction', ...expandPayment];
  const refund = await askStripe(client.refunds.retrieve(refundId, { expand }), 'refund', livemode);
  const intent = toExpanded(refund.payment_intent);
  const [balanceTransaction, failureBalanceTransaction] = [refund.balance_transaction, refund.failure_balance_transaction].map(
    toExpanded,
  );
  return {
    ...toMadeRefund(refund),
    amount: toMoney(refund.amount, refund.currency),
    reason: refund.reason,
    failureReason: refund.failure_reason ?? null,
    createdAt: fromUnix(refund.created),
    balanceTransaction: balanceTransaction ? toBalanceTransaction(balanceTransaction) : null,
    failureBalanceTransaction: failureBalanceTransaction ? toBalanceTransaction(failureBalanceTransaction) : null,
    payment: intent && (await withItsInstalment({ client, livemode }, intent)),
  };
}

/** One invoice with its subscription and the payments made or tried for it: one call and one for each charge. */
export async function readInvoice({ client, livemode }: StripeAccess, invoiceId: string): Promise<InvoiceReading> {
  const expand = ['payments.data.payment.payment_intent', 'parent.subscription_details.subscription'];
  const invoice = await askStripe(client.invoices.retrieve(invoiceId, { expand }), 'invoice', livemode);
  const instalment = toInstalment(invoice);
  const intents = (invoice.payments?.data ?? []).flatMap(({ payment }) => toExpanded(payment.payment_intent) ?? []);
  const payments: PaymentReading[] = [];
  for (const intent of intents) {
    payments.push(toPayment(intent, instalment, await readCharge({ client, livemode }, toId(intent.latest_charge))));
  }
  const subscription = toExpanded(invoice.parent?.subscription_details?.subscription);
  return {
    id: invoice.id!,
    status: invoice.status ?? 'none',
    subscription: subscription && toSubscription(subscription),
    payments,
    failedTry: toFailedTry(invoice),
  };
}

async function readCharge({ client, livemode }: StripeAccess, chargeId: string | null): Promise<Stripe.Charge | null> {
  return chargeId === null
    ? null
    : askStripe(
        client.charges.retrieve(chargeId, { expand: ['balance_transaction', 'failure_balance_transaction'] }),
        'charge',
        livemode,
      );
}

/** The payment of something that names it; a second call where its metadata does not say that it is ours. */
export async function withItsInstalment(access: StripeAccess, intent: Stripe.PaymentIntent): Promise<PaymentReading> {
  const marked = toPayment(intent, null);
  return marked.donationId ? marked : { ...marked, instalment: await findInstalment(access, intent.id) };
}

/** A payment intent does not name its invoice: the invoice payment between the two does. */
async function findInstalment({ client, livemode }: StripeAccess, paymentIntentId: string): Promise<Instalment | null> {
  const payment = { type: 'payment_intent', payment_intent: paymentIntentId };
  const asked = client.invoicePayments.list({ payment, limit: 1, expand: ['data.invoice'] });
  const found = await askStripe(asked, 'list', livemode);
  const invoice = found.data[0]?.invoice;
  return typeof invoice === 'object' && !('deleted' in invoice) ? toInstalment(invoice) : null;
}
