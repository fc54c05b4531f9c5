import type Stripe from 'stripe';

/** The inside of Stripe's `{error: {…}}`. */
export type ErrorBody = {
  type: 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error' | 'rate_limit_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  advice_code?: string;
  charge?: string;
  payment_intent?: Stripe.PaymentIntent;
  payment_method?: Stripe.PaymentMethod;
  setup_intent?: Stripe.SetupIntent;
};

/** A refusal that reaches the client in Stripe's shape. `kept` says whether an idempotency key remembers it. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: ErrorBody;
  readonly kept: boolean;

  constructor(status: number, body: ErrorBody, kept = true) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.kept = kept;
  }
}

/** 400 about a parameter; parameters are checked before the endpoint runs, so no idempotency key keeps the answer. */
export function invalidParameter(message: string, param: string, code?: string): Refusal {
  return new Refusal(400, { type: 'invalid_request_error', message, param, ...(code ? { code } : {}) }, false);
}

/** 400 because the object's state does not allow what was asked. */
export function refusedState(message: string, code?: string, more: Partial<ErrorBody> = {}): Refusal {
  return new Refusal(400, { type: 'invalid_request_error', message, ...(code ? { code } : {}), ...more });
}

/** "No such customer: 'cus_x'": 404 for the object in the path, 400 for one named in a parameter. */
export function noSuch(kind: string, id: string, param = 'id'): Refusal {
  const message = `No such ${kind}: '${id}'`;
  return new Refusal(param === 'id' ? 404 : 400, { type: 'invalid_request_error', code: 'resource_missing', message, param });
}

/** 401: no key, or one that is not a test mode secret key. */
export function unauthorized(message: string, code?: string): Refusal {
  return new Refusal(401, { type: 'invalid_request_error', message, ...(code ? { code } : {}) }, false);
}
