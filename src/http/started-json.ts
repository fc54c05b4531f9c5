import type { StartedGift } from '../donations/started-gift.ts';

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
