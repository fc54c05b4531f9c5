import { afterAll, beforeAll, expect, test } from 'vitest';
import { requestStop, stopSubscription } from '../../src/subscriptions/stop-subscription.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
});
afterAll(() => ground?.close());

test('a stop that broke off when Stripe had ended the gift goes on until nothing is asked for, though the end was heard of meanwhile', async () => {
  const monthly = await ground.begin({ interval: 'month' });
  await ground.payGift(monthly);
  await ground.tell();
  const { data } = await ground.client.subscriptions.list({ limit: 1 });
  const subscription = data[0]!;
  const card = await ground.client.paymentMethods.attach('pm_card_chargeCustomerFail', {
    customer: String(subscription.customer),
  });
  await ground.client.subscriptions.update(subscription.id, { default_payment_method: card.id });
  await ground.advance(32 * 86_400);
  await ground.tell();
  const open = () => ground.client.invoices.list({ subscription: subscription.id, status: 'open' });
  expect((await open()).data).toHaveLength(1);

  await requestStop(ground.services, monthly.id);
  await ground.simulate('faults', {
    api: { method: 'DELETE', path: `/v1/subscriptions/${subscription.id}`, fault: 'malformed', times: 3 },
  });
  await expect(stopSubscription(ground.services, monthly.id)).rejects.toMatchObject({ code: 'stripe-unavailable' });
  await ground.simulate('faults', { clear: true });
  await ground.tell();
  expect(await ground.row('select status from subscriptions where id = $1', monthly.id)).toEqual({ status: 'canceled' });
  await stopSubscription(ground.services, monthly.id);
  expect((await open()).data).toEqual([]);
});
