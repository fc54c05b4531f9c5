import { afterAll, beforeAll, expect, test } from 'vitest';
import { replayEvents } from '../../webhooks/replay.ts';
import { eventually } from '../support/eventually.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
});
afterAll(() => ground?.close());

test('replaying many events and working on them never wait for each other in a circle', async () => {
  await ground.database.pool.query(`
    insert into inbox_events (id, type, subject, livemode, created_at, due_at)
    select id, 'payment_intent.succeeded', 'pi_1', false, now(), now() from unnest(array['evt_b', 'evt_a']) as told (id)`);
  const worker = await ground.database.pool.connect();
  try {
    await worker.query("begin; select from inbox_events where id = 'evt_a' for update");
    const replayed = replayEvents(ground.services, { since: new Date(0) });
    await eventually(async () => {
      const { waiting } = await ground.row<{ waiting: bigint }>('select count(*) as waiting from pg_locks where not granted');
      expect(waiting).toBe(1n);
    });
    await worker.query("select from inbox_events where id = 'evt_b' for update");
    await worker.query('commit');
    expect(await replayed).toBe(2);
  } finally {
    worker.release();
  }
});
