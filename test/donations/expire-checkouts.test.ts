import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Currency } from '../../src/currency.ts';
import { createDonation } from '../../src/donations/create-donation.ts';
import { expireDueCheckouts } from '../../src/donations/expire-checkouts.ts';
import { money } from '../../src/money.ts';
import { startSubscription } from '../../src/subscriptions/start-subscription.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';

const wish = { amount: money(1000n, 'eur' as Currency), coverFees: false, anonymous: false, locale: 'en' } as const;
let ground: Ground;

beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground?.close());

describe('pages whose time is over', () => {
  test('are read again where Stripe made them, and expire with their gift where it never did', async () => {
    const { db, stripe } = ground.services;
    const opened = await createDonation(ground.services, { ...wish, interval: 'once' });
    await ground.fail('/v1/checkout/sessions', 'status', 6);
    await expect(createDonation(ground.services, { ...wish, interval: 'once', attempt: 'never-opened-1' })).rejects.toThrow();
    await expect(startSubscription(ground.services, { ...wish, interval: 'month', attempt: 'never-opened-2' })).rejects.toThrow();
    expect(await expireDueCheckouts(ground.services)).toBe(0);

    await ground.simulate('clock/advance', { seconds: 3700 });
    expect(await expireDueCheckouts(ground.services)).toBe(3);
    const donations = await db.selectFrom('donations').select(['id', 'status']).orderBy('created_at').execute();
    expect(donations).toEqual([
      { id: opened.id, status: 'pending' },
      { id: expect.any(String), status: 'expired' },
    ]);
    expect(await db.selectFrom('subscriptions').select('status').execute()).toEqual([{ status: 'expired' }]);
    const { stripe_checkout_session_id: session } = await db
      .selectFrom('checkouts')
      .selectAll()
      .where('donation_id', '=', opened.id)
      .executeTakeFirstOrThrow();
    const { rows } = await ground.database.pool.query(
      `select key from graphile_worker.jobs where task_identifier = 'read-object'`,
    );
    expect(rows).toEqual([{ key: `read-object:${session}` }]);
    expect(await expireDueCheckouts(ground.services)).toBe(0);
    expect(await stripe.getCheckout(session!)).toMatchObject({ status: 'expired' });
  });
});
