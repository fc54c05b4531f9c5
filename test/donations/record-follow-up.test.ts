import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followUpPayments } from '../../src/donations/follow-up.ts';
import { readObject } from '../../webhooks/read-object.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

describe('a gift whose fee Stripe has not told', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const jobs = async () =>
    (
      await ground.rows<{ payload: { subject: string } }>(
        'select payload from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = job.task_id where identifier = $1',
        'read-object',
      )
    ).map(({ payload }) => payload.subject);

  test('is read again after a minute, then ever less often, until the fee is there', async () => {
    const gift = await ground.begin();
    await ground.payGift(gift, { feeLater: true });
    await ground.tell();
    expect(await followUpPayments(ground.services)).toBe(0);
    await ground.advance(61);
    expect(await followUpPayments(ground.services)).toBe(1);
    expect(await followUpPayments(ground.services)).toBe(0);
    await ground.advance(70);
    expect(await followUpPayments(ground.services)).toBe(1);
    const waits = await ground.row<{ seconds: number }>(
      'select extract(epoch from follow_up_at - paid_at)::int as seconds from donations where id = $1',
      gift.id,
    );
    expect(waits.seconds).toBeGreaterThan(240);
    const [subject, ...more] = await jobs();
    expect(more).toEqual([]);
    await readObject(ground.services, subject!);
    expect(await ground.row('select fee_minor, follow_up_at from donations where id = $1', gift.id)).toEqual({
      fee_minor: 59n,
      follow_up_at: null,
    });
    await ground.advance(86_400);
    expect(await followUpPayments(ground.services)).toBe(0);
  });
});
