import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readObject } from '../../webhooks/read-object.ts';
import { type DisputeGround, openDisputeGround } from '../support/dispute-ground.ts';

describe('a dispute over an instalment', () => {
  let ground: DisputeGround;
  beforeAll(async () => {
    ground = await openDisputeGround();
  });
  afterAll(() => ground?.close());

  const stopsOf = (subscriptionId: string) =>
    ground.rows(
      "select payload from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = task_id where identifier = 'stop-subscription' and payload->>'subscriptionId' = $1",
      subscriptionId,
    );

  test('stops the recurring gift when it is lost, and does not when it is won', async () => {
    const [kept, stopped] = [await ground.given({ interval: 'month' }), await ground.given({ interval: 'month' })];
    await ground.end(await ground.dispute(kept.paymentIntent), 'won');
    await ground.end(await ground.dispute(stopped.paymentIntent), 'lost');
    await ground.tell();
    expect(await stopsOf(kept.id)).toEqual([]);
    expect(await stopsOf(stopped.id)).toHaveLength(1);
    expect(await ground.row('select stop_requested_at, stop_reason from subscriptions where id = $1', stopped.id)).toEqual({
      stop_requested_at: expect.any(Date),
      stop_reason: 'dispute-lost',
    });
    expect(await ground.donation(stopped.donationId)).toMatchObject({ kind: 'recurring', dispute_status: 'lost' });
  });

  test('stops nothing where history is brought in', async () => {
    const gift = await ground.given({ interval: 'month' });
    const id = await ground.dispute(gift.paymentIntent);
    await ground.end(id, 'lost');
    await readObject({ ...ground.services, withoutLetters: true }, id);
    expect(await ground.donation(gift.donationId)).toMatchObject({ dispute_status: 'lost' });
    expect(await stopsOf(gift.id)).toEqual([]);
    await ground.tell();
  });

  test('stops nothing where the newsroom has ruled so', async () => {
    const gift = await ground.given({ interval: 'month' });
    const id = await ground.dispute(gift.paymentIntent);
    await ground.end(id, 'lost');
    const { config } = ground.services;
    const newsroom = { ...config.newsroom, disputes: { stop_recurring_when_lost: false } };
    await readObject({ ...ground.services, config: { ...config, newsroom } }, id);
    expect(await ground.donation(gift.donationId)).toMatchObject({ dispute_status: 'lost' });
    expect(await stopsOf(gift.id)).toEqual([]);
    await ground.tell();
  });
});
