import { afterAll, beforeAll, expect, test } from 'vitest';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
  await ground.simulate('settings', { bank_debits_booked: 'at_once' });
});
afterAll(() => ground?.close());

test('an instalment whose debit has failed before anybody told of it is in the books, and taken back', async () => {
  const monthly = await ground.begin({ interval: 'month', amount: 2000n });
  await ground.payGift(monthly, { card: 'pm_failed_at' });
  await ground.advance(4 * 86_400);
  await ground.tell();
  expect(await ground.differences()).toEqual([]);
  expect(await reconcile(ground.services)).toEqual([]);
  const { given } = await ground.row<{ given: bigint }>(
    "select sum(amount_minor)::bigint as given from ledger_entries where account = 'donations'",
  );
  expect(given).toBe(0n);
});

test('a recurring gift whose first debit fails is stopped, as its donor was told that nothing was taken; a later one goes on', async () => {
  const stopOf = (id: string) =>
    ground.row<{ stop_requested_at: Date | null; stop_reason: string | null }>(
      'select stop_requested_at, stop_reason from subscriptions where id = $1',
      id,
    );
  const [never, once] = [await ground.begin({ interval: 'month' }), await ground.begin({ interval: 'month' })];
  await ground.payGift(never, { card: 'pm_failed_at' });
  await ground.payGift(once, { card: 'pm_success_at' });
  await ground.tell();
  expect((await stopOf(never.id)).stop_requested_at).toBeNull();
  const customer = (await ground.row<{ id: string }>('select stripe_customer_id as id from subscriptions where id = $1', once.id))
    .id;
  await ground.simulate(`customers/${customer}/card`, { payment_method: 'pm_failed_at' });
  for (const days of [31, 2.5]) {
    await ground.advance(days * 86_400); // the next debit is begun after thirty days, and fails three days later
    await ground.tell();
  }
  expect(await stopOf(never.id)).toEqual({ stop_requested_at: expect.any(Date), stop_reason: 'never-paid' });
  expect((await stopOf(once.id)).stop_requested_at).toBeNull();
  const states = await ground.rows('select status from donations where subscription_id = $1 order by created_at', once.id);
  expect(states.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
});
