import type Stripe from 'stripe';
import { AppError } from '../errors.ts';

/** The client and the mode its answers must have; what every question needs. */
export type StripeAccess = { readonly client: Stripe; readonly livemode: boolean };

/** What stripe-node's errors carry; told apart by these fields, as the client has one class per status and some of them share it. */
type ClientError = { type: string; code?: string; param?: string; statusCode?: number; headers?: Record<string, string> };

/** What every object of Stripe's says of itself. */
type Named = { id?: string; object: string; livemode?: boolean; lastResponse?: { statusCode: number } };

const waitSeconds = 5;

/**
 * Waits for an answer and makes sure that it is one: the client takes any JSON without an `error` key for success, whatever its
 * status. Throws stripe-unavailable (try again later), stripe-object-gone (there is no such object) or stripe-refused.
 */
export async function askStripe<Answer extends Named>(
  call: Promise<Answer>,
  object: Answer['object'],
  livemode: boolean,
): Promise<Answer> {
  const answer = await call.catch((error: unknown) => {
    throw toAppError(error);
  });
  if (answer?.object !== object || (object !== 'list' && typeof answer.id !== 'string')) {
    throw new AppError('stripe-unavailable', 'Stripe’s answer could not be read', { retryAfterSeconds: waitSeconds });
  }
  if (typeof answer.livemode === 'boolean' && answer.livemode !== livemode) {
    throw new AppError('stripe-refused', 'Stripe answered with an object of the other mode', {
      extension: { stripe_code: 'livemode_mismatch' },
    });
  }
  return answer;
}

/** Our error for one of the client's. Stripe's own message may quote what a person typed and is left behind. */
export function toAppError(error: unknown): unknown {
  if (!isClientError(error)) {
    return error;
  }
  const code = codeOf(error);
  if (isOutage(error)) {
    const retryAfterSeconds = Number(error.headers?.['retry-after']) || waitSeconds;
    return new AppError('stripe-unavailable', 'Stripe cannot be reached at the moment', {
      retryAfterSeconds,
      extension: { stripe_code: code },
    });
  }
  if (error.statusCode === 404 && code === 'resource_missing') {
    return new AppError('stripe-object-gone', 'Stripe knows no such object', { extension: { stripe_code: code } });
  }
  return new AppError('stripe-refused', 'Stripe did not accept the request', { extension: { stripe_code: code } });
}

/** Stripe's code, or a word of ours where it has none: what the status or the type says, else the parameter that is wrong. */
function codeOf({ type, code, param, statusCode }: ClientError): string {
  if (statusCode === 401) {
    return 'authentication';
  }
  if (statusCode === 403) {
    return 'permission';
  }
  const byStatus = new Map([
    [409, 'conflict'],
    [429, 'rate_limit'],
  ]);
  const ofType = type === 'StripeIdempotencyError' ? 'idempotency_error' : undefined;
  return code ?? byStatus.get(statusCode ?? 0) ?? ofType ?? (/^[\w[\]]{1,60}$/.test(param ?? '') ? param! : 'none');
}

function isClientError(error: unknown): error is ClientError {
  return error instanceof Error && /^Stripe\w*Error$/.test(String((error as { type?: unknown }).type));
}

function isOutage({ type, statusCode = 0, code }: ClientError): boolean {
  return (
    type === 'StripeConnectionError' ||
    type === 'StripeAPIError' || // an answer that is no JSON, 409 and everything from 500 on
    type === 'StripeRateLimitError' ||
    statusCode === 409 ||
    statusCode === 429 ||
    statusCode >= 500 ||
    code === 'lock_timeout'
  );
}
