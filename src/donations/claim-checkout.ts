import type { Trx } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { type Checkout, giftIdOf, leaseCheckout, lockLiveCheckout, type OpenedCheckout } from './checkout.ts';
import { hashWish, toCheckoutRequest, toGiftColumns } from './gift-plan.ts';
import type { GivingInput } from './giving-input.ts';
import { insertCheckout } from './write-checkouts.ts';

/** A gift that is asked for; `id` is its own if its attempt has none yet: `don_…` once, `rec_…` regularly. */
export type GiftToOpen = { readonly input: GivingInput; readonly attempt: string; readonly id: string };

/**
 * What is to be done for an attempt. `answer`: its page is there · `ask`: its page must be asked for, under the caller's lease
 * (`fresh`: for the first time) · `close`: an older wish of the attempt must be closed first · `wait`: somebody is at it · `again`: it
 * has become free.
 */
export type Claim =
  | { next: 'answer'; checkout: OpenedCheckout }
  | { next: 'ask'; checkout: Checkout; fresh: boolean }
  | { next: 'close'; checkout: Checkout }
  | { next: 'wait' | 'again' };

/**
 * Decides what an attempt needs and writes that down: at most one checkout of an attempt can be paid, whatever runs at the same time
 * (a unique index sees to it). Throws `attempt-already-paid` with the id of the gift that was.
 */
export async function claimCheckout(services: Services, gift: GiftToOpen): Promise<Claim> {
  const { clock, db, config } = services;
  const { input, attempt, id } = gift;
  const wishHash = hashWish(input);
  const fresh = await insertCheckout(db, {
    attempt,
    wishHash,
    donorName: input.name,
    request: toCheckoutRequest(services, id, input),
    createdAt: clock.now(),
    interval: input.interval,
    gift: toGiftColumns(config.newsroom, input),
  });
  return fresh ? { next: 'ask', checkout: fresh, fresh: true } : claimOlder(services, attempt, wishHash);
}

/** What an attempt needs that has a checkout. */
async function claimOlder({ db, clock }: Services, attempt: string, wishHash: Buffer): Promise<Claim> {
  return db.transaction().execute(async (trx) => {
    const live = await lockLiveCheckout(trx, attempt);
    if (!live || (await freeAttempt(trx, live))) {
      return { next: 'again' };
    }
    const same = live.wish_hash?.equals(wishHash) && live.expires_at > clock.now();
    if (live.state === 'open') {
      return same ? { next: 'answer', checkout: live as Checkout as OpenedCheckout } : { next: 'close', checkout: live };
    }
    if (live.leased) {
      return { next: 'wait' };
    }
    await leaseCheckout(trx, live);
    return same ? { next: 'ask', checkout: live, fresh: false } : { next: 'close', checkout: live };
  });
}

/**
 * Lets go of an attempt whose gift came to nothing, so that it may be paid by another; false while its page may still be paid.
 * Throws `attempt-already-paid` where the money is there or on its way.
 */
async function freeAttempt(trx: Trx, checkout: Checkout): Promise<boolean> {
  const id = giftIdOf(checkout);
  const table = checkout.donation_id ? 'donations' : 'subscriptions';
  const { status } = await trx.selectFrom(table).select('status').where('id', '=', id).executeTakeFirstOrThrow();
  if (['failed', 'expired', 'incomplete_expired'].includes(status)) {
    await trx
      .updateTable('checkouts')
      .set({ attempt: checkout.idempotency_key })
      .where('idempotency_key', '=', checkout.idempotency_key)
      .execute();
    return true;
  }
  if (status !== 'pending' || checkout.state === 'complete') {
    throw alreadyPaid(id);
  }
  return false;
}

/** The attempt was paid by the gift `id`; whoever asks is shown that one. */
export function alreadyPaid(id: string): AppError {
  return new AppError('attempt-already-paid', 'This gift has already been paid.', { extension: { id } });
}
