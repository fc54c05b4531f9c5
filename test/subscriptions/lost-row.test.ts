import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
});
afterAll(() => ground?.close());

test('an instalment of ours is never foreign, also where a restored backup lacks its subscription and its refund is heard of first', async () => {
  const monthly = await ground.begin({ interval: 'month', amount: 2000n });
  await ground.payGift(monthly);
  await ground.database.pool.query('delete from checkouts; delete from subscriptions');
  const [paid] = await ground.events(['payment_intent.succeeded']);
  await ground.client.refunds.create({ payment_intent: String(paid!.data.object.id), amount: 500 });
  await ground.advance(3600);
  await ground.tell(['refund.created']);
  expect(await ground.rows("select account from ledger_entries where account = 'other_income'")).toEqual([]);
  await ground.tell();
  await ground.advance(3600);
  await ground.work();
  expect(await ground.rows('select subscription_id, status, refunded_minor from donations')).toEqual([
    { subscription_id: monthly.id, status: 'succeeded', refunded_minor: 500n },
  ]);
  expect(await ground.differences()).toEqual([]);
});
