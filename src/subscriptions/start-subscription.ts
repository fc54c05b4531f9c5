import type { GivingInput } from '../donations/giving-input.ts';
import { openCheckout } from '../donations/open-checkout.ts';
import { type StartedGift, toStartedGift } from '../donations/started-gift.ts';
import type { Services } from '../services.ts';

/**
 * Writes a recurring gift down as pending and asks Stripe for the page on which it begins; each paid instalment becomes a donation
 * when Stripe reports it. `id` is the gift's if its attempt has none yet. Throws what `openCheckout` throws.
 */
export async function startSubscription(
  services: Services,
  input: GivingInput<'month' | 'year'>,
  id = services.newId('rec'),
): Promise<StartedGift> {
  return toStartedGift(await openCheckout(services, { input, id, attempt: input.attempt ?? services.newId('att') }));
}
