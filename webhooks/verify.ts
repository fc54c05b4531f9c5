import { isUtf8 } from 'node:buffer';
import Stripe from 'stripe';
import { AppError } from '../src/errors.ts';

/** How far the signature's time may be from ours, both ways, in seconds. */
const toleranceSeconds = 300;

/** Stripe-Signature: `t` once, then schemes with their hex digests (docs.stripe.com/webhooks/signature). */
const headerForm = /^t=([1-9]\d{8,11})(?:,v\d+=[0-9a-f]{64})+$/;

/** A webhook as it came in. `now` is wall time. */
export type Delivery = {
  readonly body: Buffer;
  readonly signature: string | undefined;
  readonly secrets: readonly string[];
  readonly now: Date;
};

/**
 * The JSON of a webhook that one of the secrets has signed at about this time; throws signature-not-valid, or body-not-readable for
 * signed bytes that are no event. Stricter than Stripe's own check, which takes a signature from the future, a header that it only
 * half understands, and bytes that merely decode to the text that was signed.
 */
export function verifyEvent({ body, signature, secrets, now }: Delivery): unknown {
  if (!signature) {
    throw invalid('The Stripe-Signature header is missing.');
  }
  const timestamp = headerForm.exec(signature)?.[1];
  if (!timestamp || hasRepetition(signature)) {
    throw invalid('The Stripe-Signature header is not readable.');
  }
  if (Math.abs(Math.floor(now.getTime() / 1000) - Number(timestamp)) > toleranceSeconds) {
    throw invalid(`The signature is not of the last or next ${toleranceSeconds} seconds.`);
  }
  if (body.length === 0 || !isUtf8(body) || startsWithMark(body)) {
    throw invalid('The body is not what was signed.');
  }
  for (const secret of secrets) {
    const event = tryOne(body, signature, secret, now);
    if (event !== undefined) {
      return event;
    }
  }
  throw invalid('No secret of ours has made this signature.');
}

/** The event, or undefined where this secret did not sign it. */
function tryOne(body: Buffer, signature: string, secret: string, now: Date): unknown {
  try {
    return Stripe.webhooks.constructEvent(body, signature, secret, toleranceSeconds, undefined, now.getTime());
  } catch (error) {
    if ((error as { type?: unknown }).type === 'StripeSignatureVerificationError') {
      return undefined;
    }
    throw new AppError('body-not-readable', 'The body is signed, but it is no snapshot event of Stripe’s.', { cause: error });
  }
}

function hasRepetition(signature: string): boolean {
  const parts = signature.split(',');
  return new Set(parts).size < parts.length;
}

/** A byte order mark would be dropped before the signature is computed. */
function startsWithMark(body: Buffer): boolean {
  return body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
}

function invalid(detail: string): AppError {
  return new AppError('signature-not-valid', detail);
}
