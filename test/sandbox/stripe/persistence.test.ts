import { copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { monthly, oneTime, startReceiver, startSandbox } from './support.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('everything is still there after a restart: objects, time, key, and what was due', async () => {
  const stateFile = join(folder, 'deep', 'stripe.json');
  const before = await startSandbox({ stateFile });
  const session = await before.stripe.checkout.sessions.create(monthly(1500));
  const open = await before.stripe.checkout.sessions.create(oneTime(900));
  const { body } = await before.pay(session.id, 'pm_card_visa');
  await before.stripe.customers.create({ name: 'kept' }, { idempotencyKey: 'kept-1' });
  await before.control('settings', { payouts: 'manual' });
  await before.advance(10 * 86_400);
  const now = before.simulator.now().getTime();
  await before.simulator.close();
  expect(readdirSync(join(folder, 'deep'))).toEqual(['stripe.json']);

  const after = await startSandbox({ stateFile });
  expect(after.simulator.secretKey).toBe(before.simulator.secretKey);
  expect(after.simulator.now().getTime()).toBeGreaterThanOrEqual(now);
  expect(await after.control('settings', {})).toMatchObject({ payouts: 'manual' });
  const [kept] = (await after.stripe.customers.list({ limit: 1 })).data;
  expect((await after.stripe.customers.create({ name: 'kept' }, { idempotencyKey: 'kept-1' })).id).not.toBe(kept?.id);
  expect((await after.stripe.checkout.sessions.retrieve(open.id)).status).toBe('expired');
  await after.advance(31 * 86_400);
  const invoices = await after.stripe.invoices.list({ subscription: body.subscription });
  expect(invoices.data.map(({ status }) => status)).toEqual(['paid', 'paid']);
  await after.simulator.close();
});

test('an open page moves along to another port, and undelivered events are sent', async () => {
  const stateFile = join(folder, 'stripe.json');
  const receiver = await startReceiver();
  const before = await startSandbox({ stateFile });
  await before.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] });
  await before.control('faults', { webhooks: { mode: 'hold' } });
  const session = await before.stripe.checkout.sessions.create(oneTime(900));
  await before.stripe.customers.create({ name: 'told later' });
  await before.simulator.close();
  expect(receiver.received).toEqual([]);

  const after = await startSandbox({ stateFile });
  await after.control('settle', {});
  expect(receiver.events()).toMatchObject([{ data: { object: { name: 'told later' } } }]);
  const moved = await after.stripe.checkout.sessions.retrieve(session.id);
  expect(moved.url).toBe(`${after.simulator.url}/c/pay/${session.id}`);
  expect((await fetch(moved.url!)).status).toBe(200);
  await after.simulator.close();
  await receiver.close();
});

test('a reset forgets everything, the advanced time included', async () => {
  const sandbox = await startSandbox({ secretKey: 'sk_test_chosen' });
  await sandbox.stripe.customers.create({ name: 'gone' });
  await sandbox.advance(86_400);
  await sandbox.control('reset', {});
  const state = await sandbox.control('state');
  expect([state.customer, state.event, state.problems]).toEqual([[], [], []]);
  expect(Math.abs(sandbox.simulator.now().getTime() - Date.now())).toBeLessThan(5_000);
  expect(sandbox.simulator.secretKey).toBe('sk_test_chosen');
  await sandbox.simulator.close();
});

test('after a reset the webhook endpoint is told as before, under the secret it knows', async () => {
  const receiver = await startReceiver();
  const sandbox = await startSandbox();
  const { secret } = await sandbox.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['customer.created'] });
  await sandbox.control('reset', {});
  await sandbox.stripe.customers.create({ name: 'new' });
  await sandbox.control('settle', {});
  const [{ body, signature } = { body: '', signature: '' }] = receiver.received;
  expect(sandbox.stripe.webhooks.constructEvent(body, signature, secret!).type).toBe('customer.created');
  await sandbox.simulator.close();
  await receiver.close();
});

test('only this machine steers it', async () => {
  const sandbox = await startSandbox();
  const elsewhere = await fetch(`${sandbox.simulator.url}/_sim/reset`, {
    method: 'POST',
    headers: { origin: 'http://evil.example' },
  });
  expect(elsewhere.status).toBe(403);
  await sandbox.simulator.close();
});

test('what was answered is on file: a crash right after it forgets nothing', async () => {
  const stateFile = join(folder, 'stripe.json');
  const before = await startSandbox({ stateFile });
  const session = await before.stripe.checkout.sessions.create(oneTime(900));
  await before.pay(session.id, 'pm_card_visa');
  const crashed = join(folder, 'crashed.json');
  copyFileSync(stateFile, crashed);
  await before.simulator.close();

  const after = await startSandbox({ stateFile: crashed });
  expect((await after.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid');
  await after.simulator.close();
});
