import type Stripe from 'stripe';
import { fromUnix } from '../clock.ts';
import { toExpanded } from './to-money.ts';

/** Why a renewal was not paid, as far as a donor should know: a bank's own words may accuse somebody. */
export type FailureReason = 'expired' | 'insufficient-funds' | 'needs-confirmation' | 'no-method' | 'refused';

/** One try to take a renewal that came to nothing. */
export type FailedTry = {
  /** The first is 1. */
  readonly number: number;
  readonly reason: FailureReason;
  /** Null: there will be no other by itself. */
  readonly nextAt: Date | null;
  /** Stripe's own page on which this instalment can be confirmed or paid. */
  readonly payUrl: string | null;
};

/** The last failed try of an open renewal; null for a first payment, which is made on a page, and for whatever was not tried or is settled. */
export function toFailedTry(invoice: Stripe.Invoice): FailedTry | null {
  const { status, billing_reason, attempt_count, next_payment_attempt, hosted_invoice_url } = invoice;
  if (status !== 'open' || billing_reason !== 'subscription_cycle' || attempt_count === 0) {
    return null;
  }
  const intents = (invoice.payments?.data ?? []).flatMap(({ payment }) => toExpanded(payment.payment_intent) ?? []);
  return {
    number: attempt_count,
    reason: reasonOf(intents.at(-1)),
    nextAt: next_payment_attempt === null ? null : fromUnix(next_payment_attempt),
    payUrl: hosted_invoice_url ?? null,
  };
}

/** docs.stripe.com/declines/codes, in classes. */
function reasonOf(intent: Stripe.PaymentIntent | undefined): FailureReason {
  const { code, decline_code } = intent?.last_payment_error ?? {};
  const said = [code, decline_code];
  if (intent?.status === 'requires_action' || said.includes('authentication_required')) {
    return 'needs-confirmation';
  }
  if (said.includes('expired_card')) {
    return 'expired';
  }
  if (said.includes('insufficient_funds')) {
    return 'insufficient-funds';
  }
  return intent ? 'refused' : 'no-method';
}
