import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oneTime, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.simulator.close());

const raw = async (path: string, init: RequestInit = {}) => {
  const headers = { authorization: `Bearer ${sandbox.simulator.secretKey}`, ...(init.headers as object) };
  const response = await fetch(`${sandbox.simulator.url}${path}`, { ...init, headers });
  // biome-ignore lint/suspicious/noExplicitAny: whatever was answered
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
};
const form = (body: string, more: object = {}) => ({
  method: 'POST',
  body,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...more },
});

describe('authentication', () => {
  test('takes a secret key, as bearer or as the user of basic', async () => {
    expect((await raw('/v1/balance')).status).toBe(200);
    const basic = `Basic ${Buffer.from(`${sandbox.simulator.secretKey}:`).toString('base64')}`;
    expect((await raw('/v1/balance', { headers: { authorization: basic } })).status).toBe(200);
  });

  test.each(['', 'Bearer pk_test_123', 'Bearer sk_live_123456', 'Bearer nonsense'])('refuses %j', async (authorization) => {
    const { status, body } = await raw('/v1/balance', { headers: { authorization } });
    expect(status).toBe(401);
    expect(body.error).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) });
  });
});

describe('errors', () => {
  test('are always in an error object, wherever they come from', async () => {
    expect((await raw('/v1/nonsense')).body.error.message).toContain('Unrecognized request URL (GET: /v1/nonsense)');
    expect((await raw('/nonsense')).status).toBe(404);
    const broken = await raw('/v1/customers', { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } });
    expect([broken.status, broken.body.error.type]).toEqual([400, 'invalid_request_error']);
    await expect(stripe.customers.retrieve('cus_nobody')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such customer: 'cus_nobody'",
    });
  });

  test('name the parameter in brackets', async () => {
    const { body } = await raw('/v1/refunds', form('amount=12.5&charge=ch_x'));
    expect(body.error).toMatchObject({ code: 'parameter_invalid_integer', param: 'amount' });
    const empty = await raw('/v1/products', form('name='));
    expect(empty.body.error).toMatchObject({ code: 'parameter_invalid_empty', param: 'name' });
  });

  test('carry the version and the request id that the client reads', async () => {
    const { headers } = await raw('/v1/balance', { headers: { 'stripe-version': '2026-08-26.dahlia' } });
    expect(headers.get('stripe-version')).toBe('2026-08-26.dahlia');
    expect(headers.get('request-id')).toMatch(/^req_/);
  });

  test('a field named like the inside of JavaScript is only a field', async () => {
    const { status, body } = await raw('/v1/customers', form('__proto__[admin]=1'));
    expect([status, body.error.code]).toEqual([400, 'parameter_unknown']);
  });
});

describe('an idempotency key', () => {
  const idempotencyKey = () => `key-${Math.random()}`;

  test('answers the same again, and does nothing again', async () => {
    const key = idempotencyKey();
    const first = await raw('/v1/customers', form('email=a@example.com', { 'idempotency-key': key }));
    const second = await raw('/v1/customers', form('email=a@example.com', { 'idempotency-key': key }));
    expect(second.body).toEqual(first.body);
    expect([first.headers.get('idempotent-replayed'), second.headers.get('idempotent-replayed')]).toEqual([null, 'true']);
  });

  test('is refused for other parameters', async () => {
    const options = { idempotencyKey: idempotencyKey() };
    await stripe.customers.create({ name: 'a' }, options);
    const refused = stripe.customers.create({ name: 'b' }, options);
    await expect(refused).rejects.toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError' });
  });

  test('remembers a declined card', async () => {
    const options = { idempotencyKey: idempotencyKey() };
    const ask = () =>
      stripe.paymentIntents.create(
        { amount: 500, currency: 'usd', payment_method: 'pm_card_chargeDeclined', confirm: true },
        options,
      );
    const first = await ask().catch((error: Stripe.errors.StripeCardError) => error);
    const second = await ask().catch((error: Stripe.errors.StripeCardError) => error);
    expect(first).toMatchObject({ statusCode: 402, type: 'StripeCardError', decline_code: 'generic_decline' });
    expect((second as Stripe.errors.StripeCardError).payment_intent?.id).toBe(
      (first as Stripe.errors.StripeCardError).payment_intent?.id,
    );
  });

  test('keeps nothing of a request that was malformed', async () => {
    const options = { idempotencyKey: idempotencyKey() };
    await expect(stripe.products.create({} as never, options)).rejects.toMatchObject({ code: 'parameter_missing' });
    expect((await stripe.products.create({ name: 'fine' }, options)).name).toBe('fine');
  });

  test('is busy while its first request is', async () => {
    const options = { idempotencyKey: idempotencyKey() };
    await sandbox.control('faults', { api: { fault: 'slow', seconds: 1, path: '/v1/customers' } });
    const first = stripe.customers.create({ name: 'slow' }, options);
    const second = stripe.customers.create({ name: 'slow' }, options);
    const outcomes = await Promise.allSettled([first, second]);
    const refused = outcomes.find((outcome) => outcome.status === 'rejected');
    expect(refused?.reason).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
  });

  test('is forgotten after a day of simulated time', async () => {
    const options = { idempotencyKey: idempotencyKey() };
    const first = await stripe.customers.create({ name: 'a' }, options);
    await sandbox.advance(24 * 3600 + 1);
    expect((await stripe.customers.create({ name: 'a' }, options)).id).not.toBe(first.id);
  });
});

describe('lists', () => {
  test('are newest first, in pages that the client can follow', async () => {
    const { id: customer } = await stripe.customers.create({ name: 'pages' });
    const made: string[] = [];
    for (const pm of ['pm_card_visa', 'pm_card_mastercard', 'pm_card_amex', 'pm_card_jcb', 'pm_card_diners']) {
      made.push((await stripe.paymentMethods.attach(pm, { customer })).id);
    }
    const newest = made.toReversed();
    const first = await stripe.paymentMethods.list({ customer, limit: 2 });
    expect([first.data.map(({ id }) => id), first.has_more]).toEqual([newest.slice(0, 2), true]);
    const back = await stripe.paymentMethods.list({ customer, limit: 2, ending_before: newest[4] });
    expect(back.data.map(({ id }) => id)).toEqual(newest.slice(2, 4));
    const all = await stripe.paymentMethods.list({ customer, limit: 2 }).autoPagingToArray({ limit: 100 });
    expect(all.map(({ id }) => id)).toEqual(newest);
    await expect(stripe.paymentMethods.list({ customer, starting_after: 'pm_x' })).rejects.toMatchObject({
      statusCode: 400,
      code: 'resource_missing',
    });
    await expect(stripe.paymentMethods.list({ customer, limit: 101 })).rejects.toMatchObject({ statusCode: 400, param: 'limit' });
  });

  test('can be cut by when things were created', async () => {
    await sandbox.advance(100);
    const since = Math.floor(sandbox.simulator.now().getTime() / 1000);
    const customer = await stripe.customers.create({ name: 'new' });
    expect((await stripe.customers.list({ created: { gte: since } })).data.map(({ id }) => id)).toEqual([customer.id]);
    expect((await stripe.customers.list({ created: { lt: since }, limit: 1 })).data[0]?.id).not.toBe(customer.id);
  });
});

describe('expanding', () => {
  test('reaches through lists, and includes what is otherwise absent', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(3000));
    const { body } = await sandbox.pay(session.id, 'pm_card_visa');
    await sandbox.advance(2);
    await stripe.refunds.create({ payment_intent: body.payment_intent.id, amount: 1000 });
    const charges = await stripe.charges.list({
      payment_intent: body.payment_intent.id,
      expand: ['data.payment_intent.payment_method', 'data.refunds', 'data.balance_transaction'],
    });
    expect(charges.data[0]).toMatchObject({
      payment_intent: { payment_method: { card: { last4: '4242' } } },
      refunds: { object: 'list', data: [{ amount: 1000 }] },
      balance_transaction: { net: 2883 },
    });
    expect((await stripe.charges.retrieve(charges.data[0]!.id)).refunds).toBeUndefined();
  });

  test.each([
    'amount',
    'payment_method',
    'nothing',
    'data.customer',
    'customer.invoice_settings.default_payment_method.customer.subscriptions',
  ])('refuses %s', async (path) => {
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    const charge = intent.latest_charge as string;
    await expect(stripe.charges.retrieve(charge, { expand: [path] })).rejects.toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
    });
  });
});

describe('faults', () => {
  test('answer a status before anything happens', async () => {
    await sandbox.control('faults', { api: { status: 429, path: '/v1/customers', method: 'POST', should_retry: false } });
    await expect(stripe.customers.create({ name: 'limited' })).rejects.toMatchObject({
      statusCode: 429,
      type: 'StripeRateLimitError',
    });
    expect((await stripe.customers.create({ name: 'after' })).name).toBe('after');
    expect((await stripe.customers.list({ limit: 1 })).data[0]?.name).toBe('after');
  });

  test('a cut after the effect leaves the effect, and the key knows the answer', async () => {
    const options = { idempotencyKey: 'cut-1', maxNetworkRetries: 0 };
    await sandbox.control('faults', { api: { fault: 'cut-after', times: 2, path: '/v1/customers' } });
    await expect(stripe.customers.create({ name: 'cut' }, options)).rejects.toMatchObject({ type: 'StripeConnectionError' });
    await sandbox.control('faults', { clear: true });
    const again = await stripe.customers.create({ name: 'cut' }, options);
    expect((await stripe.customers.list({ limit: 2 })).data.filter(({ name }) => name === 'cut').map(({ id }) => id)).toEqual([
      again.id,
    ]);
  });

  test('a 500 after the effect is what the key remembers', async () => {
    const options = { idempotencyKey: '500-1' };
    await sandbox.control('faults', { api: { status: '500-after', path: '/v1/customers' } });
    for (const _again of [1, 2]) {
      await expect(stripe.customers.create({ name: 'failed' }, options)).rejects.toMatchObject({
        statusCode: 500,
        type: 'StripeAPIError',
      });
    }
    expect((await stripe.customers.list({ limit: 100 })).data.filter(({ name }) => name === 'failed')).toHaveLength(1);
  });

  test('malformed answers and cuts before the effect reach the client as such', async () => {
    await sandbox.control('faults', {
      api: [
        { fault: 'malformed', path: '/v1/balance' },
        { fault: 'cut-before', path: '/v1/customers', times: 2 },
      ],
    });
    await expect(stripe.balance.retrieve()).rejects.toMatchObject({ type: 'StripeAPIError' });
    await expect(stripe.customers.create({ name: 'unborn' })).rejects.toMatchObject({ type: 'StripeConnectionError' });
    await sandbox.control('faults', { clear: true });
    expect((await stripe.customers.list({ limit: 1 })).data[0]?.name).not.toBe('unborn');
  });

  test('an unknown fault is refused', async () => {
    expect((await sandbox.control('faults', { api: { fault: 'gremlins' } })).error.param).toBe('api[fault]');
  });
});
