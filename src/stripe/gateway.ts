import type { Money } from '../money.ts';
import type { CheckoutRequest, OpenCheckout } from './checkout-request.ts';
import type { FailedTry } from './failed-try.ts';
import type { StripeLists } from './lists.ts';

/** The few things we ask of Stripe, in our words. Amounts are exact, instants are Dates, ids are Stripe's own. */
export type StripeGateway = StripeLists<BalanceTransaction, SubscriptionReading> & {
  /** Asks for a page on which to pay. The same `key` with the same request gives the same page (Stripe keeps keys for 24 h). */
  createCheckout(request: CheckoutRequest, key: string): Promise<OpenCheckout>;
  /** Closes a page so that it can no longer be paid; answers how the page stands, also when it was closed or paid before. */
  expireCheckout(checkoutId: string): Promise<CheckoutReading>;
  getCheckout(checkoutId: string): Promise<CheckoutReading>;
  /** `withInstalment: false` where it is known already which instalment it pays: saves a call, and `instalment` is null. */
  getPayment(paymentIntentId: string, options?: { withInstalment?: boolean }): Promise<PaymentReading>;
  getInvoice(invoiceId: string): Promise<InvoiceReading>;
  getSubscription(subscriptionId: string): Promise<SubscriptionReading>;
  getRefund(refundId: string): Promise<RefundReading>;
  getDispute(disputeId: string): Promise<DisputeReading>;
  getEarlyFraudWarning(warningId: string): Promise<EarlyFraudWarningReading>;
  getPayout(payoutId: string): Promise<PayoutReading>;
  /** One page of what an automatic payout is made of, newest first, its own balance transaction left out. `after`: the last one's id. */
  listPayoutLines(payoutId: string, after?: string): Promise<PayoutLines>;
  getBalanceTransaction(balanceTransactionId: string): Promise<BalanceTransaction>;
  /** Asks for money to go back. The same `key` with the same request makes one refund (Stripe keeps keys for 24 h). */
  createRefund(request: RefundRequest, key: string): Promise<MadeRefund>;
  /** Every refund of a payment, whoever asked for it, newest first. */
  listRefunds(paymentIntentId: string): Promise<MadeRefund[]>;
  /** A page of Stripe's on which whoever pays as this customer changes the card, and then comes back to `returnUrl`. */
  openCardPage(customerId: string, returnUrl: string): Promise<string>;
  /** Ends it now, without a last invoice; voids invoices of it that are still draft or open. Safe twice. */
  cancelSubscription(subscriptionId: string): Promise<void>;
};

/** Names of the metadata that mark an object as ours; set on the session, and on its payment intent or subscription. */
export const metadataKeys = {
  donation: 'gratis_donation',
  subscription: 'gratis_subscription',
  refund: 'gratis_refund',
} as const;

export type BalanceTransaction = {
  readonly id: string;
  readonly type: string;
  readonly reportingCategory: string;
  readonly sourceId: string | null;
  /** What pays the charge that it comes from, where that was read along. */
  readonly paymentIntentId?: string | null;
  /** Signed, in the settlement currency; `net` = `amount` − `fee`. */
  readonly amount: Money;
  readonly fee: Money;
  readonly net: Money;
  readonly exchangeRate: number | null;
  readonly availableOn: Date;
  readonly createdAt: Date;
};

export type Charge = {
  readonly id: string;
  readonly status: string;
  readonly amount: Money;
  readonly createdAt: Date;
  readonly email: string | null;
  readonly name: string | null;
  /** Null until Stripe has captured: it comes with `charge.updated`. */
  readonly balanceTransaction: BalanceTransaction | null;
  /** What took the money back where a bank debit failed after all. */
  readonly failureBalanceTransaction: BalanceTransaction | null;
};

/** The invoice that a payment intent pays, and the subscription behind it. */
export type Instalment = {
  readonly invoiceId: string;
  readonly stripeSubscriptionId: string | null;
  /** Our `rec_…` from the subscription's metadata; null where it is not ours. */
  readonly subscriptionId: string | null;
  /** Until when this instalment lasts: the next one is due then. */
  readonly periodEnd: Date | null;
};

/** One payment as it stands now, with its latest charge. */
export type PaymentReading = {
  readonly id: string;
  readonly status: string;
  readonly amount: Money;
  readonly customerId: string | null;
  readonly createdAt: Date;
  readonly description: string | null;
  readonly metadata: Record<string, string>;
  /** Our `don_…` from its metadata; null where it is not a one-time gift of ours. */
  readonly donationId: string | null;
  readonly instalment: Instalment | null;
  readonly charge: Charge | null;
};

export type SubscriptionReading = {
  readonly id: string;
  /** Our `rec_…`, null where it is not ours. */
  readonly subscriptionId: string | null;
  readonly status: string;
  readonly customerId: string;
  readonly amount: Money;
  readonly interval: string;
  readonly currentPeriodEnd: Date | null;
  readonly cancelAt: Date | null;
  readonly canceledAt: Date | null;
  readonly endedAt: Date | null;
  /** Stripe's word for why it ended or will; null where it gives none. */
  readonly endReason: string | null;
  readonly createdAt: Date;
};

export type InvoiceReading = {
  readonly id: string;
  readonly status: string;
  readonly subscription: SubscriptionReading | null;
  /** The payments that were made or tried for it, each with its charge. */
  readonly payments: PaymentReading[];
  /** The last try, where a renewal is still unpaid after one. */
  readonly failedTry: FailedTry | null;
};

export type CheckoutReading = {
  readonly id: string;
  readonly status: 'open' | 'complete' | 'expired';
  readonly paymentStatus: string;
  /** Our `don_…` or `rec_…`, from the metadata. */
  readonly reference: string | null;
  readonly customerId: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly payment: PaymentReading | null;
  readonly subscription: SubscriptionReading | null;
};

export type RefundRequest = {
  /** Ours: `rfd_…`; it stands in the refund's metadata. */
  readonly reference: string;
  readonly paymentIntentId: string;
  readonly amount: Money;
  readonly reason: 'duplicate' | 'fraudulent' | 'requested_by_customer' | null;
};

/** A refund that Stripe has. `refundId`: our `rfd_…`; null where it was not asked for here. */
export type MadeRefund = { readonly id: string; readonly refundId: string | null; readonly status: string };

export type RefundReading = MadeRefund & {
  readonly amount: Money;
  readonly reason: string | null;
  /** Stripe's code for why it failed; null where it did not. */
  readonly failureReason: string | null;
  readonly createdAt: Date;
  readonly balanceTransaction: BalanceTransaction | null;
  readonly failureBalanceTransaction: BalanceTransaction | null;
  /** What was refunded, read along so that a refund may arrive first. Null where Stripe names no payment intent. */
  readonly payment: PaymentReading | null;
};

export type DisputeReading = {
  readonly id: string;
  readonly status: string;
  readonly reason: string;
  /** What is disputed, as a rule in the currency of the charge. */
  readonly amount: Money;
  readonly chargeId: string;
  readonly respondBy: Date | null;
  readonly createdAt: Date;
  /** What it took and gave back; none while it is an inquiry. */
  readonly balanceTransactions: BalanceTransaction[];
  /** What is disputed, read along so that a dispute may arrive first. Null where Stripe names no payment intent. */
  readonly payment: PaymentReading | null;
};

export type EarlyFraudWarningReading = {
  readonly id: string;
  readonly fraudType: string;
  readonly actionable: boolean;
  readonly chargeId: string;
  readonly createdAt: Date;
  /** As in a dispute. */
  readonly payment: PaymentReading | null;
};

export type PayoutReading = {
  readonly id: string;
  readonly status: string;
  /** In the balance's own currency; negative where Stripe collected from the bank. */
  readonly amount: Money;
  readonly automatic: boolean;
  readonly reconciliationStatus: string;
  /** `YYYY-MM-DD`, in UTC. */
  readonly arrivalOn: string;
  readonly failureCode: string | null;
  readonly createdAt: Date;
  readonly balanceTransaction: BalanceTransaction | null;
  readonly failureBalanceTransaction: BalanceTransaction | null;
};

/** `next`: what the next page begins after; undefined on the last one. */
export type PayoutLines = { readonly lines: BalanceTransaction[]; readonly next: string | undefined };
