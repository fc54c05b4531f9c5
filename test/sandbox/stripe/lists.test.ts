import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { monthly, oneTime, startReceiver, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let stripe: Stripe;
const starts: number[] = [];
const day = 86_400;

/** Four gifts with a day between them: one time, monthly, monthly and stopped, one time and given back. */
beforeAll(async () => {
  [sandbox, receiver] = await Promise.all([startSandbox(), startReceiver()]);
  stripe = sandbox.stripe;
  await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['refund.created'] });
  for (const params of [oneTime(1000), monthly(1100), monthly(1200), oneTime(1300)]) {
    starts.push(Math.floor(sandbox.simulator.now().getTime() / 1000));
    const session = await stripe.checkout.sessions.create(params);
    await sandbox.pay(session.id, 'pm_card_visa', { email: `${params.mode}@example.net` });
    await sandbox.advance(day);
  }
  const [, , stopped] = (await stripe.subscriptions.list()).data.reverse();
  expect(stopped).toBeUndefined();
  await stripe.subscriptions.cancel((await stripe.subscriptions.list({ limit: 1 })).data[0]!.id);
  receiver.answers.push(500);
  await stripe.refunds.create({ charge: (await stripe.charges.list({ limit: 1 })).data[0]!.id });
  await sandbox.control('settle', {});
});
afterAll(async () => {
  await sandbox.simulator.close();
  await receiver.close();
});

const amounts = (list: { data: { amount: number }[] }) => list.data.map(({ amount }) => amount);

test('are filtered by the day on which things were made, and by what they belong to', async () => {
  const [, second, third] = starts as [number, number, number, number];
  const middle = { gte: second, lt: third };
  expect(amounts(await stripe.charges.list({ created: middle }))).toEqual([1100]);
  expect(amounts(await stripe.charges.list({ created: { gt: third + day / 2 } }))).toEqual([1300]);
  expect(amounts(await stripe.paymentIntents.list({ created: { lt: third, gte: second } }))).toEqual([1100]);
  expect(amounts(await stripe.refunds.list({ created: middle }))).toEqual([]);
  expect(amounts(await stripe.refunds.list({ created: { gt: third } }))).toEqual([1300]);
  expect((await stripe.disputes.list({ created: { gt: third } })).data).toEqual([]);
  expect((await stripe.subscriptions.list()).data).toHaveLength(1);
  const all = (await stripe.subscriptions.list({ status: 'all' })).data;
  expect(all.map(({ status }) => status)).toEqual(['canceled', 'active']);
  expect((await stripe.subscriptions.list({ status: 'all', created: middle })).data).toMatchObject([{ id: all[1]!.id }]);
  const { id, customer } = all[0]!;
  for (const list of [
    await stripe.subscriptions.list({ status: 'canceled', customer: customer as string }),
    await stripe.invoices.list({ subscription: id, status: 'paid', created: { gte: third } }),
    await stripe.paymentIntents.list({ customer: customer as string }),
    await stripe.charges.list({ customer: customer as string }),
    await stripe.checkout.sessions.list({ subscription: id, status: 'complete', created: { gte: third } }),
  ]) {
    expect(list.data).toMatchObject([{ customer }]);
  }
  const [{ payment_intent }] = (await stripe.charges.list({ limit: 1 })).data as [Stripe.Charge];
  const intent = payment_intent as string;
  expect(amounts(await stripe.charges.list({ payment_intent: intent }))).toEqual([1300]);
  expect((await stripe.checkout.sessions.list({ payment_intent: intent })).data).toMatchObject([{ amount_total: 1300 }]);
  const net = await stripe.balanceTransactions.list({ type: 'charge', currency: 'usd', created: middle });
  expect(amounts(net)).toEqual([1100]);
});

test('events are found by exact types or one pattern, by delivery, and from any event on, for 30 days', async () => {
  const missed = await stripe.events.list({ delivery_success: false });
  expect(missed.data.map(({ type }) => type)).toEqual(['refund.created']);
  const named = await stripe.events.list({ types: ['invoice.paid', 'refund.*'] });
  expect(named.data.map(({ type }) => type)).toEqual(['invoice.paid', 'invoice.paid']);
  await expect(stripe.events.list({ types: Array.from({ length: 21 }, () => 'invoice.paid') })).rejects.toThrow(/up to 20/);
  const paid = await stripe.events.list({ type: 'invoice.*', ending_before: named.data[1]!.id, limit: 1 });
  expect(paid.has_more).toBe(true);
  const cursor = (await stripe.events.list({ type: 'charge.succeeded' })).data[3]!;
  const since = await stripe.events.list({ type: 'invoice.paid', ending_before: cursor.id }).autoPagingToArray({ limit: 100 });
  expect(since.map(({ id }) => id).reverse()).toEqual(named.data.map(({ id }) => id));
  const [oldest] = (await stripe.events.list({ type: 'checkout.session.completed', limit: 10 })).data.slice(-1);
  await sandbox.advance(26 * day + 3600);
  expect((await stripe.events.list({ type: 'checkout.session.completed' })).data).toHaveLength(3);
  await expect(stripe.events.retrieve(oldest!.id)).rejects.toMatchObject({ statusCode: 404, code: 'resource_missing' });
});
