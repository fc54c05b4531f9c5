/** Every error a client can meet; http/problem.ts gives each its status and title, and one without does not compile. */
export type ErrorCode =
  | 'invalid-input'
  | 'body-too-large'
  | 'body-not-readable'
  | 'media-type-not-supported'
  | 'unauthorized'
  | 'forbidden'
  | 'origin-not-allowed'
  | 'not-found'
  | 'method-not-allowed'
  | 'donation-not-found'
  | 'subscription-not-found'
  | 'donor-not-found'
  | 'payout-not-found'
  | 'refund-exceeds-donation'
  | 'recurring-gifts-run'
  | 'request-not-possible'
  | 'article-not-allowed'
  | 'link-not-valid'
  | 'idempotency-key-missing'
  | 'idempotency-key-reused'
  | 'request-in-progress'
  | 'attempt-already-paid'
  | 'signature-not-valid'
  | 'too-many-requests'
  | 'proof-needed'
  | 'giving-is-paused'
  | 'stripe-unavailable'
  | 'stripe-refused'
  | 'stripe-object-gone'
  | 'stripe-value-unknown'
  | 'database-unavailable'
  | 'not-ready'
  | 'export-not-found'
  | 'export-not-possible'
  | 'unexpected';

/** One field that is wrong: a JSON pointer (RFC 6901) into the input, and what is wrong in words a person can use. */
export type FieldError = { pointer: string; detail: string };

/** An error that a client is told about. Its message is shown; nothing secret and no personal data belongs in it. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly errors: FieldError[] | undefined;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds: number | undefined;
  /** Extension members of the problem (RFC 9457, 3.2), such as the id of the gift that was already paid. */
  readonly extension: Record<string, string> | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { errors?: FieldError[]; retryAfterSeconds?: number; extension?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.errors = options.errors;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.extension = options.extension;
  }
}
