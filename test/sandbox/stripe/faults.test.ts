import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { monthly, oneTime, startReceiver, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let endpoint: Stripe.WebhookEndpoint;
let stripe: Stripe;
beforeEach(async () => {
  [sandbox, receiver] = await Promise.all([startSandbox(), startReceiver()]);
  stripe = sandbox.stripe;
  endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
});
afterEach(async () => {
  await sandbox.simulator.close();
  await receiver.close();
});

type Fault = Record<string, unknown>;
const order = (faults: { seed?: number; api?: Fault | Fault[]; webhooks?: Fault | Fault[] }) =>
  sandbox.control('faults', { clear: true, ...faults });
const create = (name: string) => stripe.customers.create({ name });
const settle = () => sandbox.control('settle', {});
const names = () => receiver.events().map((event) => (event.data.object as Stripe.Customer).name);
const fired = async (): Promise<Record<string, number>> => (await sandbox.control('state')).fired;
const eight = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

test('chance is drawn from the seed: the same requests fail and the same events are dropped every time', async () => {
  const run = async (seed: number) => {
    const webhooks = { mode: 'lose', probability: 0.5, types: ['customer.*'] };
    await order({ seed, api: { status: 500, probability: 0.5, path: '/v1/cust*', method: 'POST' }, webhooks });
    const outcomes = await eight.reduce(async (before, name) => {
      const list = await before;
      const isMade = await create(name).then(
        () => true,
        () => false,
      );
      return [...list, isMade];
    }, Promise.resolve<boolean[]>([]));
    await settle();
    return { outcomes, told: receiver.received.splice(0).length };
  };
  const first = await run(7);
  expect(await run(7)).toEqual(first);
  expect(new Set(first.outcomes).size).toBe(2);
  expect(first.told).toBeLessThan(first.outcomes.filter(Boolean).length);
  expect((await run(8)).outcomes).not.toEqual(first.outcomes);
  const counted = await fired();
  expect(counted['api 500']! + (await stripe.customers.list({ limit: 100 })).data.length).toBe(3 * eight.length);
  expect(counted['webhook lose']).toBeGreaterThan(0);
  expect((await order({ api: { status: 500, probability: 1 } })).fired).toEqual(counted);
  await expect(stripe.refunds.list()).rejects.toMatchObject({ statusCode: 500 });
  expect((await sandbox.control('faults', { api: { probability: 2 } })).error.message).toMatch(/from 0 to 1/);
});

test('the order of events changes within a window, or all come at once; what is due later comes in simulated time', async () => {
  await order({ webhooks: { mode: 'reorder', window: 4 } });
  for (const name of eight) await create(name);
  await settle();
  const shuffled = names();
  expect([shuffled.slice(0, 4).toSorted(), shuffled.slice(4).toSorted()]).toEqual([eight.slice(0, 4), eight.slice(4)]);
  expect(shuffled).not.toEqual(eight);
  await order({ webhooks: { mode: 'burst' } });
  for (const name of eight) await create(name);
  receiver.received.length = 0;
  await settle();
  expect(names().toSorted()).toEqual(eight);
  await order({ webhooks: { mode: 'delay', seconds: 3 * 3600, times: 1 } });
  await create('late');
  await create('prompt');
  await settle();
  expect(names().at(-1)).toBe('prompt');
  await sandbox.advance(3 * 3600);
  expect(names().at(-1)).toBe('late');
  expect(await fired()).toMatchObject({ 'webhook reorder': 8, 'webhook burst': 8, 'webhook delay': 1 });
});

test('an event may come before the answer of the request that made it, however long somebody takes with it', async () => {
  await order({ webhooks: { mode: 'early' } });
  for (const name of eight) {
    await create(name);
    expect(names().at(-1)).toBe(name);
  }
  expect(await fired()).toMatchObject({ 'webhook early': 8 });
});

test('an event may have the shape of an older version, come from live mode besides, or be thin', async () => {
  await order({ webhooks: { mode: 'acacia' } });
  const session = await stripe.checkout.sessions.create(monthly(1500));
  const { body } = await sandbox.pay(session.id, 'pm_card_visa');
  await settle();
  const [invoice] = (await stripe.invoices.list({ expand: ['data.payments.data.payment.payment_intent'] })).data;
  const intent = invoice!.payments!.data[0]!.payment.payment_intent as Stripe.PaymentIntent;
  const told = (type: string) => receiver.events().find((event) => event.type === type)!;
  const parts = { payment_intent: intent.id, charge: intent.latest_charge, subscription: body.subscription, paid: true };
  expect(told('invoice.paid')).toMatchObject({ api_version: '2025-02-24.acacia', data: { object: parts } });
  expect(told('invoice.paid').data.object).not.toHaveProperty('parent');
  expect(told('charge.succeeded')).toMatchObject({ data: { object: { invoice: invoice!.id } } });
  const { current_period_start, current_period_end } = told('customer.subscription.created').data.object as never;
  expect(current_period_end - current_period_start).toBeGreaterThan(27 * 86_400);

  await order({ webhooks: { mode: 'livemode' } });
  const { id } = await create('twice');
  await settle();
  const [own, foreign] = receiver.events().slice(-2);
  expect([own, foreign]).toMatchObject([{ livemode: false }, { livemode: true, type: 'customer.created' }]);
  expect([own!.data.object, foreign!.id, (foreign!.data.object as Stripe.Customer).id]).toEqual([
    expect.objectContaining({ id }),
    expect.not.stringMatching(own!.id),
    expect.not.stringMatching(id),
  ]);

  await order({ webhooks: { mode: 'thin' } });
  await create('thin');
  await settle();
  const last = receiver.received.at(-1)!;
  const notification = stripe.parseEventNotification(last.body, last.signature, endpoint.secret!);
  expect(notification).toMatchObject({ type: 'v1.customer.created', related_object: { type: 'customer' } });
  expect(() => stripe.webhooks.constructEvent(last.body, last.signature, endpoint.secret!)).toThrow();
  expect(await fired()).toMatchObject({ 'webhook livemode': 1, 'webhook thin': 1 });
});

test('Stripe may disable an endpoint, which then is told nothing until it is enabled; while its secret is rolled both sign', async () => {
  receiver.answers.push(500);
  await create('tried once');
  await settle();
  await sandbox.control(`webhook_endpoints/${endpoint.id}`, { status: 'disabled' });
  expect(await stripe.webhookEndpoints.retrieve(endpoint.id)).toMatchObject({ status: 'disabled' });
  await create('never told');
  await sandbox.advance(4 * 86_400);
  await stripe.webhookEndpoints.update(endpoint.id, { disabled: false });
  await create('told');
  await settle();
  expect(names()).toEqual(['tried once', 'told']);
  const { secret } = await sandbox.control(`webhook_endpoints/${endpoint.id}`, { roll_secret: true });
  await create('signed twice');
  await settle();
  const { body, signature } = receiver.received.at(-1)!;
  for (const each of [secret, endpoint.secret]) {
    expect(stripe.webhooks.constructEvent(body, signature, each).type).toBe('customer.created');
  }
});

test('the API refuses in each of Stripe’s ways, and nothing has happened; other failures come after the effect, for their path alone', async () => {
  const fail = async (fault: Fault, ask: () => Promise<unknown> = () => create('x')) => {
    await order({ api: fault });
    return ask().then(
      () => 'done',
      (error: Stripe.errors.StripeError) => [error.statusCode, error.code, error.headers?.['stripe-should-retry']],
    );
  };
  expect(await fail({ status: 429 })).toEqual([429, 'rate_limit', undefined]);
  expect(await fail({ status: 429, should_retry: true })).toEqual([429, 'rate_limit', 'true']);
  expect(await fail({ fault: 'lock' })).toEqual([429, 'lock_timeout', undefined]);
  expect(await fail({ fault: 'in-use' })).toEqual([409, 'idempotency_key_in_use', undefined]);
  expect(await fail({ status: 409 })).toEqual([409, 'idempotency_key_in_use', undefined]);
  expect(await fail({ status: 503 })).toEqual([503, undefined, undefined]);
  expect((await stripe.customers.list()).data).toEqual([]);
  expect(await fail({ fault: 'cut-before' })).toBe('done'); // the client tries again once where a connection was cut
  expect(await fail({ fault: 'slow', seconds: 0.01 })).toBe('done');
  const { id } = await stripe.customers.create({ name: 'before' });
  await sandbox.control('faults', { api: { fault: 'late', seconds: 0.2 } });
  const late = stripe.customers.retrieve(id);
  await expect.poll(fired).toHaveProperty('api late', 1);
  await stripe.customers.update(id, { name: 'after' });
  expect(await late).toHaveProperty('name', 'before');
  const session = await stripe.checkout.sessions.create(oneTime(500));
  const expire = () => stripe.checkout.sessions.expire(session.id, {}, { idempotencyKey: 'k' });
  expect(await fail({ fault: '500-after', path: '/v1/checkout/sessions/*/expire' })).toBe('done');
  expect((await fail({ fault: '500-after', path: '/v1/checkout/sessions/*/expire' }, expire))[0]).toBe(500);
  await expect(expire()).rejects.toMatchObject({ statusCode: 500 });
  expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired');
  await sandbox.advance(86_400 - 60);
  await expect(expire()).rejects.toMatchObject({ statusCode: 500 });
  await sandbox.advance(61);
  await expect(expire()).rejects.toMatchObject({ statusCode: 400 });
  const counted = {
    'api 429': 2,
    'api lock': 1,
    'api in-use': 1,
    'api 409': 1,
    'api 503': 1,
    'api cut-before': 1,
    'api 500-after': 1,
  };
  expect(await fired()).toMatchObject(counted);
});
