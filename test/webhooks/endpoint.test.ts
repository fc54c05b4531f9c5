import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mountHandlers } from '../../src/http/mount.ts';
import { handleProblems } from '../../src/http/problem.ts';
import { createWebhookEndpoint } from '../../webhooks/endpoint.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';

const secret = 'whsec_test';
let drawn = 0;

type Told = { id: string; [key: string]: unknown };

function told(changes: Record<string, unknown> = {}): Told {
  drawn += 1;
  return {
    id: `evt_${drawn}`,
    object: 'event',
    type: 'refund.created',
    created: 1_790_000_000,
    livemode: false,
    api_version: '2026-10-28.endive',
    data: { object: { id: `re_${drawn}`, object: 'refund', customer: 'cus_1' } },
    ...changes,
  };
}

function sign(body: Buffer): string {
  const at = Math.floor(Date.now() / 1000);
  return `t=${at},v1=${createHmac('sha256', secret).update(`${at}.`).update(body).digest('hex')}`;
}

describe('the endpoint that Stripe calls', () => {
  let ground: Ground;
  let url: string;
  let stored = 0;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ground = await openGround();
    const app = express();
    const endpoint = createWebhookEndpoint(ground.services, { onStored: () => (stored += 1) });
    mountHandlers(app, ground.services, 'POST /webhooks/stripe', ...endpoint);
    handleProblems(app, ground.services);
    const server = app.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`;
    close = () => new Promise((resolve) => server.close(() => resolve()));
  });
  afterAll(async () => {
    await close?.();
    await ground?.close();
  });

  async function send(event: unknown, options: { body?: Buffer; signature?: string; headers?: Record<string, string> } = {}) {
    const body = options.body ?? Buffer.from(typeof event === 'string' ? event : JSON.stringify(event));
    const headers = {
      'content-type': 'application/json',
      'stripe-signature': options.signature ?? sign(body),
      ...options.headers,
    };
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(body), headers });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  }
  const find = async (id: string) => (await ground.database.pool.query('select * from inbox_events where id = $1', [id])).rows[0];
  const count = async () =>
    (await ground.database.pool.query('select count(*)::int as count from inbox_events')).rows[0].count as number;

  test('stores the exact bytes before it answers 2xx, and wakes the worker', async () => {
    const event = told();
    const body = Buffer.from(JSON.stringify(event, null, 3));
    const before = stored;
    expect(await send(event, { body })).toMatchObject({ status: 200, json: { received: event.id } });
    const row = await find(event.id);
    expect(row).toMatchObject({
      state: 'pending',
      subject: `re_${drawn}`,
      stripe_customer_id: 'cus_1',
      attempts: 0,
      livemode: false,
    });
    expect(row.body.equals(body)).toBe(true);
    expect(stored).toBe(before + 1);
  });

  test('takes the same event any number of times, also at once, and stores it once', async () => {
    const event = told();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(event)));
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect((await ground.database.pool.query('select from inbox_events where id = $1', [event.id])).rowCount).toBe(1);
  });

  test.each([
    ['nobody listens to', { type: 'customer.tax_id.created' }, 'nobody listens to its type'],
    ['is of the other mode', { livemode: true }, 'it is of the other mode'],
    ['is of another account', { account: 'acct_1' }, 'it is of another account'],
    ['names no object', { type: 'charge.updated', data: { object: { object: 'charge' } } }, 'it names no object that is read'],
  ])('keeps an event that %s, as ignored', async (_what, changes, reason) => {
    const event = told(changes);
    const before = stored;
    expect((await send(event)).status).toBe(200);
    expect(await find(event.id)).toMatchObject({ state: 'ignored', reason });
    expect(stored).toBe(before);
  });

  test.each([
    ['charge.updated', { object: 'charge', id: 'ch_1', payment_intent: 'pi_1' }, 'pi_1'],
    ['charge.updated', { object: 'charge', id: 'ch_1', payment_intent: { id: 'pi_2' } }, 'pi_2'],
    ['invoice_payment.paid', { object: 'invoice_payment', id: 'inpay_1', payment: { payment_intent: 'pi_3' } }, 'pi_3'],
    ['payment_intent.succeeded', { object: 'payment_intent', id: 'pi_4' }, 'pi_4'],
    ['checkout.session.completed', { object: 'checkout.session', id: 'cs_5' }, 'cs_5'],
    ['customer.subscription.updated', { object: 'subscription', id: 'sub_6' }, 'sub_6'],
    ['invoice.paid', { object: 'invoice', id: 'in_7' }, 'in_7'],
  ])('knows what %s is about', async (type, object, subject) => {
    const event = told({ type, data: { object } });
    await send(event);
    expect(await find(event.id)).toMatchObject({ state: 'pending', subject });
  });

  test('refuses what is not signed, whatever else it is, and stores nothing', async () => {
    const before = await count();
    const body = Buffer.from(JSON.stringify(told()));
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const headers = { 'content-type': type };
      const answer = await send('', { body, signature: `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}`, headers });
      expect(answer).toMatchObject({ status: 400, json: { type: expect.stringMatching(/signature-not-valid$/) } });
    }
    expect((await fetch(url, { method: 'POST' })).status).toBe(400);
    expect(await count()).toBe(before);
  });

  test('takes a signed event of any content type, and refuses signed bytes that are no event', async () => {
    expect((await send(told(), { headers: { 'content-type': 'text/plain' } })).status).toBe(200);
    expect((await send('null')).status).toBe(400);
    expect((await send('{"object":"event"}')).status).toBe(400);
    expect((await send(told({ id: 'not an id' }))).status).toBe(400);
  });

  test('takes a body of 512 kB and refuses a longer one with 413', async () => {
    const event = told({ padding: '' });
    const room = 512 * 1024 - JSON.stringify(event).length;
    expect((await send({ ...event, padding: 'x'.repeat(room) })).status).toBe(200);
    const tooLong = await send({ ...told(), padding: 'x'.repeat(room + 100) });
    expect(tooLong).toMatchObject({ status: 413, json: { type: expect.stringMatching(/body-too-large$/) } });
  });

  test('refuses a compressed body with a clear 400', async () => {
    expect(await send(told(), { headers: { 'content-encoding': 'gzip' } })).toMatchObject({
      status: 400,
      json: { type: expect.stringMatching(/body-not-readable$/) },
    });
  });

  test('accepts and stores none of 1,000 changed requests', async () => {
    const before = await count();
    const body = Buffer.from(JSON.stringify(told()));
    const statuses = new Set<number>();
    for (let index = 0; index < 1000; index++) {
      const changed = Buffer.from(body);
      const at = (index * 7919) % body.length;
      changed[at] = changed[at]! ^ (1 + (index % 127));
      const signature = sign(body);
      const answer = index % 2 ? await post(changed, signature) : await post(body, flip(signature, index));
      statuses.add(answer);
    }
    expect([...statuses]).toEqual([400]);
    expect(await count()).toBe(before);
  });

  test('answers 503 while Postgres is away, so that Stripe sends it again, and 200 when it is back', async () => {
    const event = told();
    await ground.database.setReachable(false);
    const down = await send(event);
    await ground.database.setReachable(true);
    expect(down).toMatchObject({ status: 503, json: { type: expect.stringMatching(/database-unavailable$/) } });
    expect((await send(event)).status).toBe(200);
    expect(await find(event.id)).toMatchObject({ state: 'pending' });
  });

  /** Over one connection, without fetch's own rules for headers. */
  function post(body: Buffer, signature: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'stripe-signature': signature, 'content-length': body.length };
      const asked = request(url, { method: 'POST', headers }, (answer) => {
        answer.resume().once('end', () => resolve(answer.statusCode!));
      });
      asked.once('error', reject).end(body);
    });
  }
});

/** Changes one character of a header to another printable one. */
function flip(signature: string, index: number): string {
  const at = (index * 31) % signature.length;
  const other = String.fromCharCode(33 + ((signature.charCodeAt(at) - 33 + 1 + (index % 90)) % 94));
  return signature.slice(0, at) + other + signature.slice(at + 1);
}
