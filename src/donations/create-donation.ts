import type { Services } from '../services.ts';
import { toGiftColumns } from './gift-plan.ts';
import type { GivingInput } from './giving-input.ts';
import { openCheckout } from './open-checkout.ts';
import { type StartedGift, toStartedGift } from './started-gift.ts';

/**
 * Writes a one-time gift down as pending and asks Stripe for the page to pay it on; the gift becomes true when Stripe reports it.
 * Throws what `openCheckout` throws.
 */
export async function createDonation(services: Services, input: GivingInput<'once'>): Promise<StartedGift> {
  const { newId, config } = services;
  const id = newId('don');
  const opened = await openCheckout(services, {
    input,
    id,
    attempt: input.attempt ?? newId('att'),
    async insertGift(trx, createdAt) {
      const columns = toGiftColumns(config.newsroom, input);
      await trx
        .insertInto('donations')
        .values({ id, kind: 'one-time', status: 'pending', created_at: createdAt, ...columns })
        .execute();
    },
  });
  return toStartedGift(opened);
}
