import type { ErrorBody } from './errors.ts';
import type { ApiFault } from './faults.ts';

type Refused = { status: number; body: string; headers: Record<string, string> };

/** What a fault answers in place of the endpoint: nothing has happened, and no idempotency key keeps it. Other kinds of faults let it happen. */
export function refusalOf(fault: ApiFault): Refused | undefined {
  const named = { lock: 429, 'in-use': 409, status: fault.status };
  const status = named[fault.kind as keyof typeof named];
  if (status === undefined) {
    return undefined;
  }
  const error = fault.kind === 'lock' ? lockTimeout : (inStripesWords[status] ?? { message: 'This failure was asked for.' });
  const body: ErrorBody = { type: status < 500 ? 'invalid_request_error' : 'api_error', ...error };
  const headers: Record<string, string> = fault.shouldRetry === null ? {} : { 'Stripe-Should-Retry': String(fault.shouldRetry) };
  return { status, body: JSON.stringify({ error: body }, null, 2), headers };
}

const lockTimeout = {
  code: 'lock_timeout',
  message: 'This object cannot be accessed right now because another API request or Stripe process is currently accessing it.',
};

const inStripesWords: Record<number, Omit<ErrorBody, 'type'> & { type?: ErrorBody['type'] }> = {
  409: {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: 'There is currently another in-progress request using this Idempotent Key. Please try again later.',
  },
  429: { code: 'rate_limit', message: 'Request rate limit exceeded.' },
};
