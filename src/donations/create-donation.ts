import { sql } from 'kysely';
import type { Services } from '../services.ts';
import type { GiftToOpen } from './claim-checkout.ts';
import { giftColumns, toGiftValues } from './gift-plan.ts';
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
  return toStartedGift(await openCheckout(services, donationToOpen(services, input, id)));
}

/** A one-time gift, as it will be written down. */
export function donationToOpen({ config, newId }: Services, input: GivingInput<'once'>, id: string): GiftToOpen {
  return {
    input,
    id,
    attempt: input.attempt ?? newId('att'),
    insertGift: (createdAt) => sql`
      insert into donations (id, kind, status, created_at, ${giftColumns})
      select ${id}, 'one-time', 'pending', ${createdAt}::timestamptz, ${toGiftValues(config.newsroom, input)} from opened`,
  };
}
