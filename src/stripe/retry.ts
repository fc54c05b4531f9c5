import { AppError } from '../errors.ts';

/** How often something that failed is worth another try. */
export type Retry = 'never' | 'few' | 'until-it-works';

/** What Node, Postgres and its driver say when the other side is away; see postgresql.org, appendix A, classes 08, 53 and 57P. */
const outageCodes =
  /^(ECONN(REFUSED|RESET|ABORTED)|ETIMEDOUT|EPIPE|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08...|53[0-3]..|57P0[1-5])$/;
const outageMessages = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** Our key as a whole is refused, or lacks a right: no object is at fault, and a person will put the key right. */
const keyIsAtFault = ['authentication', 'permission'];

/** The newsroom's own balance at Stripe does not suffice just now: the next gifts fill it. */
const balanceIsAtFault = ['balance_insufficient', 'insufficient_funds'];

/** Refusals that no other try can change, by Stripe's code; `amount`: more than is left of a charge has no code but its parameter. */
const settled = [
  'amount',
  'amount_too_large',
  'amount_too_small',
  'charge_already_refunded',
  'charge_disputed',
  'charge_expired_for_capture',
  'charge_not_refundable',
  'livemode_mismatch',
  'payment_intent_unexpected_state',
  'refund_disputed_payment',
];

/** A busy Stripe is no Stripe that is away. */
const busy = ['rate_limit', 'lock_timeout', 'idempotency_key_in_use', 'conflict', 'breaker_open'];

/**
 * Sorts every error of the work on what Stripe says, in one place: an outage is waited for until it ends, what cannot come right is
 * not tried again, and all the rest (a bug, a conflict) gets a few tries.
 */
export function retryOf(error: unknown): Retry {
  if (error instanceof AppError) {
    return retryOfCode(error);
  }
  return isOutage(error) ? 'until-it-works' : 'few';
}

/** Whether Stripe could not be asked at all: no connection, a 5xx, or an answer that nobody can read. */
export function isStripeAway(error: unknown): boolean {
  return error instanceof AppError && error.code === 'stripe-unavailable' && !busy.includes(stripeCodeOf(error));
}

/** Whether Stripe asked for fewer questions. */
export function isStripeBusy(error: unknown): boolean {
  return error instanceof AppError && ['rate_limit', 'lock_timeout'].includes(stripeCodeOf(error));
}

/** Whether Stripe has said no, so that nothing of what was asked has happened. */
export function isRefusal(error: unknown): error is AppError {
  return error instanceof AppError && (error.code === 'stripe-refused' || error.code === 'stripe-object-gone');
}

/** Stripe's code of an error, or ours where it gave none: `none`. */
export function stripeCodeOf(error: AppError): string {
  return error.extension?.stripe_code ?? 'none';
}

function retryOfCode(error: AppError): Retry {
  switch (error.code) {
    case 'stripe-unavailable':
    case 'database-unavailable':
      return 'until-it-works';
    case 'stripe-value-unknown':
    case 'stripe-object-gone':
      return 'never';
    case 'stripe-refused':
      return retryOfRefusal(stripeCodeOf(error));
    default:
      return 'few';
  }
}

function retryOfRefusal(stripeCode: string): Retry {
  if (keyIsAtFault.includes(stripeCode) || balanceIsAtFault.includes(stripeCode)) {
    return 'until-it-works';
  }
  return settled.includes(stripeCode) ? 'never' : 'few';
}

function isOutage(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  return (typeof code === 'string' && outageCodes.test(code)) || (typeof message === 'string' && outageMessages.test(message));
}
