import type { Money } from '../money.ts';

/** The few things we ask of Stripe, in our words. Amounts are exact, instants are Dates, ids are Stripe's own. */
export type StripeGateway = {
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
  /** Ends it now, without a last invoice; voids invoices of it that are still draft or open. Safe twice. */
  cancelSubscription(subscriptionId: string): Promise<void>;
};

/** Names of the metadata that mark an object as ours; set on the session, and on its payment intent or subscription. */
export const metadataKeys = { donation: 'gratis_donation', subscription: 'gratis_subscription' } as const;

export type CheckoutRequest = {
  /** Ours: `don_…` or `rec_…`. */
  readonly reference: string;
  readonly amount: Money;
  /** Absent: once. */
  readonly interval?: 'month' | 'year';
  readonly email?: string;
  readonly locale?: string;
  readonly description: string;
  readonly statementDescriptor?: string;
  readonly successUrl: string;
  readonly cancelUrl: string;
  readonly expiresAt: Date;
};

export type OpenCheckout = { readonly checkoutId: string; readonly url: string; readonly expiresAt: Date };

export type BalanceTransaction = {
  readonly id: string;
  readonly type: string;
  readonly reportingCategory: string;
  readonly sourceId: string | null;
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
  readonly createdAt: Date;
};

export type InvoiceReading = {
  readonly id: string;
  readonly status: string;
  readonly subscription: SubscriptionReading | null;
  /** The payments that were made or tried for it, each with its charge. */
  readonly payments: PaymentReading[];
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

export type RefundReading = {
  readonly id: string;
  readonly status: string;
  readonly amount: Money;
  readonly reason: string | null;
  readonly createdAt: Date;
  readonly balanceTransaction: BalanceTransaction | null;
  readonly failureBalanceTransaction: BalanceTransaction | null;
  /** What was refunded, read along so that a refund may arrive first. Null where Stripe names no payment intent. */
  readonly payment: PaymentReading | null;
};
