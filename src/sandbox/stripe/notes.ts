import type Stripe from 'stripe';

/** What Stripe knows beside its objects: kept here so that the objects stay exactly Stripe's. */
export type Notes = {
  /** The test card or test bank account (by its IBAN) behind a payment method, and whether it was authenticated for later use. */
  card: Map<string, { id: string; number: string; isSetUp: boolean }>;
  /** What a Checkout Session was asked for, and the payment being tried on its page. */
  checkout: Map<string, CheckoutNote>;
  /** A webhook endpoint's signing secrets, newest first. */
  secret: Map<string, { id: string; secrets: string[] }>;
  /** Deleted customers and products, which can still be retrieved. */
  deleted: Map<string, { id: string; object: 'customer' | 'product'; deleted: true }>;
  delivery: Map<string, Delivery>;
  /** Answers kept for idempotency keys. */
  answer: Map<string, KeptAnswer>;
  /** By currency: what can be paid out. */
  available: Map<string, AvailableFunds>;
  /** Which balance transactions an automatic payout paid out, its own not among them. */
  payout_lines: Map<string, { id: string; transactions: string[] }>;
};

export type CheckoutNote = {
  id: string;
  lineItems: Stripe.LineItem[];
  paymentIntentData: {
    metadata: Stripe.Metadata;
    description: string | null;
    statementDescriptorSuffix: string | null;
    receiptEmail: string | null;
  };
  subscriptionData: { metadata: Stripe.Metadata; description: string | null };
  attempt: { paymentIntent: string; paymentMethod: string; email: string; name: string | null } | null;
};

export type Delivery = {
  id: string;
  event: string;
  type: string;
  endpoint: string;
  url: string;
  status: 'pending' | 'held' | 'delivered' | 'failed';
  attempts: { at: number; status_code: number | null; error: string | null }[];
  next_attempt_at: number | null;
};

/** What can be paid out and is in no payout yet: of a currency, the ids of its balance transactions, in the order they became available. */
export type AvailableFunds = { id: string; transactions: string[]; isPayoutDue: boolean };

export type KeptAnswer = { id: string; fingerprint: string; until: number; status: number; body: string; requestId: string };
