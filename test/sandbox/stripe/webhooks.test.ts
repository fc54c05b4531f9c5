import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { oneTime, startReceiver, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let receiver: Awaited<ReturnType<typeof startReceiver>>;
let endpoint: Stripe.WebhookEndpoint;
beforeEach(async () => {
  [sandbox, receiver] = await Promise.all([startSandbox(), startReceiver()]);
  endpoint = await sandbox.stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['*'],
    api_version: '2026-10-28.endive',
  });
});
afterEach(async () => {
  await sandbox.simulator.close();
  await receiver.close();
});

const settle = () => sandbox.control('settle', {});

async function give(method = 'pm_card_visa'): Promise<void> {
  const session = await sandbox.stripe.checkout.sessions.create(oneTime(2000));
  await sandbox.pay(session.id, method);
}

test('sends every event once, signed over the very bytes', async () => {
  await give();
  await sandbox.advance(2);
  expect(
    receiver
      .events()
      .map((event) => event.type)
      .sort(),
  ).toEqual([
    'charge.succeeded',
    'charge.updated',
    'checkout.session.completed',
    'payment_intent.created',
    'payment_intent.succeeded',
    'price.created',
    'product.created',
  ]);
  for (const { body, signature } of receiver.received) {
    const event = sandbox.stripe.webhooks.constructEvent(body, signature, endpoint.secret!);
    expect(event).toMatchObject({ object: 'event', api_version: '2026-10-28.endive', livemode: false, pending_webhooks: 1 });
    expect(() => sandbox.stripe.webhooks.constructEvent(`${body} `, signature, endpoint.secret!)).toThrow();
  }
  const updated = receiver.events().find((event) => event.type === 'charge.updated');
  expect(updated).toMatchObject({
    data: { previous_attributes: { balance_transaction: null } },
    request: { id: null, idempotency_key: null },
  });
  const delivered = await sandbox.stripe.events.retrieve(updated!.id);
  expect(delivered.pending_webhooks).toBe(0);
});

test('names the request and its idempotency key', async () => {
  await sandbox.stripe.customers.create({ email: 'a@example.com' }, { idempotencyKey: 'key-1' });
  await settle();
  expect(receiver.events()[0]).toMatchObject({
    type: 'customer.created',
    request: { id: expect.stringMatching(/^req_/), idempotency_key: 'key-1' },
  });
});

test('tells the secret only once, and sends only what an endpoint wants', async () => {
  expect(endpoint.secret).toMatch(/^whsec_/);
  expect((await sandbox.stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined();
  await sandbox.stripe.webhookEndpoints.update(endpoint.id, { enabled_events: ['checkout.session.completed'] });
  await give();
  await settle();
  expect(receiver.events().map((event) => event.type)).toEqual(['checkout.session.completed']);
  await sandbox.stripe.webhookEndpoints.update(endpoint.id, { disabled: true });
  await give();
  await settle();
  expect(receiver.received).toHaveLength(1);
  expect((await sandbox.stripe.webhookEndpoints.list()).data).toMatchObject([{ id: endpoint.id, status: 'disabled' }]);
  expect(await sandbox.stripe.webhookEndpoints.del(endpoint.id)).toMatchObject({ deleted: true });
});

test('tries again when an endpoint fails: the same event, a fresh signature', async () => {
  receiver.answers.push(500, 302);
  await sandbox.stripe.customers.create({ email: 'a@example.com' });
  await settle();
  expect((await sandbox.control('deliveries')).data[0]).toMatchObject({
    type: 'customer.created',
    pending: true,
    attempts: [{ status_code: 500 }],
  });
  expect((await sandbox.stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
  await sandbox.advance(11);
  await sandbox.advance(61);
  const ids = new Set(receiver.events().map((event) => event.id));
  expect([receiver.received.length, ids.size]).toEqual([3, 1]);
  sandbox.stripe.webhooks.constructEvent(receiver.received[2]!.body, receiver.received[2]!.signature, endpoint.secret!);
  expect((await sandbox.control('deliveries')).data[0]).toMatchObject({ pending: false, status: 'delivered' });
  expect((await sandbox.stripe.events.list({ delivery_success: false })).data).toEqual([]);
});

test('gives up after some three days', async () => {
  receiver.answers.push(...Array.from({ length: 50 }, () => 500));
  await sandbox.stripe.customers.create({ email: 'a@example.com' });
  await settle();
  for (let day = 0; day < 12; day += 1) {
    await sandbox.advance(43_201);
  }
  expect((await sandbox.control('deliveries')).data[0]).toMatchObject({
    status: 'failed',
    pending: false,
    next_attempt_at: null,
  });
  expect(receiver.received).toHaveLength(12);
});

test('sends one again on demand', async () => {
  await sandbox.stripe.customers.create({ email: 'a@example.com' });
  await settle();
  const [delivery] = (await sandbox.control('deliveries')).data;
  await sandbox.control(`deliveries/${delivery.id}/redeliver`, {});
  expect(new Set(receiver.events().map((event) => event.id)).size).toBe(1);
  expect(receiver.received).toHaveLength(2);
});

test('holds events back until the fault is cleared', async () => {
  await sandbox.control('faults', { webhooks: { mode: 'hold' } });
  await give();
  await settle();
  expect(receiver.received).toEqual([]);
  await sandbox.control('faults', { clear: true });
  await settle();
  expect(receiver.received).toHaveLength(6);
});

test('sends duplicates, drops, loses and turns the order round when asked to', async () => {
  const name = (name: string) => sandbox.stripe.customers.create({ name });
  await sandbox.control('faults', { webhooks: { mode: 'duplicate', copies: 3, types: ['customer.created'], times: 1 } });
  await name('tripled');
  await settle();
  expect(receiver.received).toHaveLength(3);

  await sandbox.control('faults', { clear: true, webhooks: [{ mode: 'drop', times: 1 }] });
  await name('late');
  await settle();
  expect(receiver.received).toHaveLength(3);
  await sandbox.advance(11);
  expect(receiver.received).toHaveLength(4);

  await sandbox.control('faults', { clear: true, webhooks: { mode: 'lose', times: 1 } });
  await name('never');
  await sandbox.advance(4 * 86_400);
  expect(receiver.received).toHaveLength(4);

  await sandbox.control('faults', { clear: true, webhooks: { mode: 'reverse' } });
  await Promise.all([name('one'), name('other')]); // at once, as the order of what comes a moment later is left alone
  await settle();
  const { data: newestFirst } = await sandbox.stripe.events.list({ limit: 2 });
  expect(
    receiver
      .events()
      .slice(4)
      .map(({ id }) => id),
  ).toEqual(newestFirst.map(({ id }) => id));
});

test('can sign wrongly and too long ago', async () => {
  await sandbox.control('faults', {
    webhooks: [
      { mode: 'bad-signature', times: 1 },
      { mode: 'stale', times: 1 },
    ],
  });
  await sandbox.stripe.customers.create({ name: 'a' });
  await sandbox.stripe.customers.create({ name: 'b' });
  await settle();
  const [first, second] = receiver.received;
  expect(() => sandbox.stripe.webhooks.constructEvent(first!.body, first!.signature, endpoint.secret!)).toThrow(/signature/);
  expect(() => sandbox.stripe.webhooks.constructEvent(second!.body, second!.signature, endpoint.secret!)).toThrow(/tolerance/);
});

test('every object in an event is as it was then', async () => {
  const customer = await sandbox.stripe.customers.create({ name: 'Before', metadata: { kept: '1', gone: '2' } });
  await sandbox.stripe.customers.update(customer.id, { name: 'After', metadata: { gone: '', added: '3' } });
  const [updated, created] = (await sandbox.stripe.events.list({ types: ['customer.created', 'customer.updated'] })).data;
  expect(created).toMatchObject({ data: { object: { name: 'Before' } } });
  expect(updated).toMatchObject({
    data: {
      object: { name: 'After', metadata: { kept: '1', added: '3' } },
      previous_attributes: { name: 'Before', metadata: { gone: '2', added: null } },
    },
  });
});
