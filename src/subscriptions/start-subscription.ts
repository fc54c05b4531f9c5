import { sql } from 'kysely';
import { giftColumns, toGiftValues } from '../donations/gift-plan.ts';
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
  const { newId, config } = services;
  const opened = await openCheckout(services, {
    input,
    id,
    attempt: input.attempt ?? newId('att'),
    insertGift: (createdAt) => sql`
      insert into subscriptions (id, status, interval, created_at, ${giftColumns})
      select ${id}, 'pending', ${input.interval}, ${createdAt}::timestamptz, ${toGiftValues(config.newsroom, input)} from opened`,
  });
  return toStartedGift(opened);
}
