import type { Services } from '../services.ts';
import type { GivingInput } from './giving-input.ts';
import { openCheckout } from './open-checkout.ts';
import { type StartedGift, toStartedGift } from './started-gift.ts';

/**
 * Writes a one-time gift down as pending and asks Stripe for the page to pay it on; the gift becomes true when Stripe reports it. `id`
 * is the gift's if its attempt has none yet. Throws what `openCheckout` throws.
 */
export async function createDonation(
  services: Services,
  input: GivingInput<'once'>,
  id = services.newId('don'),
): Promise<StartedGift> {
  return toStartedGift(await openCheckout(services, { input, id, attempt: input.attempt ?? services.newId('att') }));
}
