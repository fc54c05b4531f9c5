import type { Money } from '../money.ts';
import { giftIdOf, type OpenedCheckout, toRequest } from './checkout.ts';

/** A gift whose page at Stripe is open. `amount` is what will be charged, fee cover included. */
export type StartedGift = { readonly id: string; readonly amount: Money; readonly checkoutUrl: string; readonly expiresAt: Date };

/** What whoever asked for a gift is told of it. */
export function toStartedGift(checkout: OpenedCheckout): StartedGift {
  return {
    id: giftIdOf(checkout),
    amount: toRequest(checkout).amount,
    checkoutUrl: checkout.url,
    expiresAt: checkout.expires_at,
  };
}
