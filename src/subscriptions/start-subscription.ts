import { toGiftColumns } from '../donations/gift-plan.ts';
import type { GivingInput } from '../donations/giving-input.ts';
import { openCheckout } from '../donations/open-checkout.ts';
import { type StartedGift, toStartedGift } from '../donations/started-gift.ts';
import type { Services } from '../services.ts';

/**
 * Writes a recurring gift down as pending and asks Stripe for the page on which it begins; each paid instalment becomes a donation
 * when Stripe reports it. Throws what `openCheckout` throws.
 */
export async function startSubscription(services: Services, input: GivingInput<'month' | 'year'>): Promise<StartedGift> {
  const { newId, config } = services;
  const id = newId('rec');
  const opened = await openCheckout(services, {
    input,
    id,
    attempt: input.attempt ?? newId('att'),
    async insertGift(trx, createdAt) {
      const row = {
        id,
        status: 'pending',
        interval: input.interval,
        created_at: createdAt,
        ...toGiftColumns(config.newsroom, input),
      };
      await trx.insertInto('subscriptions').values(row).execute();
    },
  });
  return toStartedGift(opened);
}
