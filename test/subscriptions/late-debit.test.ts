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
