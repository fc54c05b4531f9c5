import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Currency } from '../../src/currency.ts';
import { money } from '../../src/money.ts';
import { startSubscription } from '../../src/subscriptions/start-subscription.ts';
import { requestStop, stopSubscription } from '../../src/subscriptions/stop-subscription.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';

const wish = {
  interval: 'month',
  amount: money(1000n, 'eur' as Currency),
  coverFees: false,
  anonymous: false,
  locale: 'en',
} as const;
let ground: Ground;

beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground?.close());
afterEach(() => ground.simulate('faults', { clear: true }));

const row = (id: string) =>
  ground.services.db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

async function sessionOf(id: string) {
  const { stripe_checkout_session_id } = await ground.services.db
    .selectFrom('checkouts')
    .select('stripe_checkout_session_id')
    .where('subscription_id', '=', id)
    .executeTakeFirstOrThrow();
  return ground.services.stripe.getCheckout(stripe_checkout_session_id!);
}

/** One that was paid; `known`: Stripe's events have been worked on. */
async function begun({ known }: { known: boolean }): Promise<{ id: string; stripeId: string }> {
  const { id } = await startSubscription(ground.services, wish);
  await ground.pay((await sessionOf(id)).id);
  const stripeId = (await sessionOf(id)).subscription!.id;
  if (known) {
    await ground.services.db
      .updateTable('subscriptions')
      .set({ status: 'active', stripe_subscription_id: stripeId })
      .where('id', '=', id)
      .execute();
  }
  return { id, stripeId };
}

async function jobs(name: string): Promise<{ key: string }[]> {
  const { rows } = await ground.database.pool.query('select key from graphile_worker.jobs where task_identifier = $1', [name]);
  return rows;
}

describe('stopping a recurring gift', () => {
  test('is written down once with a job, however often it is asked for, and changes no status by itself', async () => {
    const { id } = await begun({ known: true });
    await Promise.all([requestStop(ground.services, id), requestStop(ground.services, id), requestStop(ground.services, id)]);
    expect(await row(id)).toMatchObject({ status: 'active', stop_requested_at: expect.any(Date) });
    expect((await jobs('stop-subscription')).filter(({ key }) => key === `stop-subscription:${id}`)).toHaveLength(1);
  });

  test('ends it at Stripe and has it read again; a second run of the job does no harm', async () => {
    const { id, stripeId } = await begun({ known: true });
    await requestStop(ground.services, id);
    await stopSubscription(ground.services, id);
    await stopSubscription(ground.services, id);
    expect(await ground.services.stripe.getSubscription(stripeId)).toMatchObject({ status: 'canceled' });
    expect(await jobs('read-object')).toContainEqual({ key: `read-object:${stripeId}` });
  });

  test('fails where Stripe cannot be reached, so that the job comes again', async () => {
    const { id, stripeId } = await begun({ known: true });
    await ground.simulate('faults', { api: { path: `/v1/subscriptions/${stripeId}`, fault: 'status', times: 3 } });
    await expect(stopSubscription(ground.services, id)).rejects.toMatchObject({ code: 'stripe-unavailable' });
    await stopSubscription(ground.services, id);
    expect(await ground.services.stripe.getSubscription(stripeId)).toMatchObject({ status: 'canceled' });
  });

  test('before it was paid closes its page', async () => {
    const { id } = await startSubscription(ground.services, wish);
    await requestStop(ground.services, id);
    await stopSubscription(ground.services, id);
    expect(await sessionOf(id)).toMatchObject({ status: 'expired' });
    expect(await row(id)).toMatchObject({ status: 'expired' });
  });

  test('ends it also where it was paid just before and nobody has told us yet', async () => {
    const { id, stripeId } = await begun({ known: false });
    await requestStop(ground.services, id);
    await stopSubscription(ground.services, id);
    expect(await ground.services.stripe.getSubscription(stripeId)).toMatchObject({ status: 'canceled' });
  });

  test('leaves one that is over as it is, and knows nothing of one that does not exist', async () => {
    const { id } = await begun({ known: true });
    await ground.services.db.updateTable('subscriptions').set({ status: 'canceled' }).where('id', '=', id).execute();
    await requestStop(ground.services, id);
    expect((await row(id)).stop_requested_at).toBeNull();
    await expect(requestStop(ground.services, 'rec_none')).rejects.toMatchObject({ code: 'subscription-not-found' });
    await stopSubscription(ground.services, 'rec_none');
  });
});
