import { z } from 'zod';
import type { StartedGift } from '../donations/started-gift.ts';
import type { ErrorCode } from '../errors.ts';
import { amount, currency, donationId, instant } from './openapi/words.ts';

/** The same as a schema. */
export const startedJson = z.object({
  id: donationId,
  status: z.literal('pending'),
  amount,
  currency,
  checkout_url: z.url().describe('Stripe’s page.'),
  expires_at: instant,
});

/** What is sent along once `proof-needed` was answered. */
export const proofHeader = z.object({
  'Gratis-Proof': z.string().optional().describe('The answer to the challenge in `proof` of a problem `proof-needed`.'),
});

/** What may keep a gift from being begun. */
export const startRefusals: ErrorCode[] = [
  'attempt-already-paid',
  'request-in-progress',
  'proof-needed',
  'giving-is-paused',
  'stripe-unavailable',
  'stripe-refused',
];

/** What is answered to a gift that was begun; `amount` in minor units, fee cover included. */
export function toStartedJson({ id, amount, checkoutUrl, expiresAt }: StartedGift) {
  return {
    id,
    status: 'pending',
    amount: amount.minor,
    currency: amount.currency,
    checkout_url: checkoutUrl,
    expires_at: expiresAt,
  };
}
