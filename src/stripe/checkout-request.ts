import type { Money } from '../money.ts';

/** What is asked of Stripe for a page on which one gift is paid. */
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

/** A page that is open: where it is and until when. */
export type OpenCheckout = { readonly checkoutId: string; readonly url: string; readonly expiresAt: Date };
