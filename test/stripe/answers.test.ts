import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { StripeGateway } from '../../src/stripe/gateway.ts';
import { createStripeGateway } from '../../src/stripe/live-gateway.ts';
import { retryOf } from '../../src/stripe/retry.ts';

/** Answers every request the same: a proxy, or a Stripe gone wrong. */
async function startAnswering(): Promise<{ gateway: StripeGateway; answer(status: number, body: string): void; close(): void }> {
  let next = { status: 200, body: '{}' };
  const server = createServer((_request, response) => {
    response.writeHead(next.status, { 'content-type': 'application/json', 'stripe-should-retry': 'false' }).end(next.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    gateway: createStripeGateway({ secretKey: 'sk_test_1', apiBase: `http://127.0.0.1:${port}` }),
    answer: (status, body) => (next = { status, body }),
    close: () => server.close(),
  };
}

const problem = (type: string, code: string) =>
  JSON.stringify({ error: { type, code, message: 'No such email: reader@example.net' } });

describe('an answer of Stripe’s', () => {
  let stripe: Awaited<ReturnType<typeof startAnswering>>;
  beforeAll(async () => {
    stripe = await startAnswering();
  });
  afterAll(() => stripe?.close());

  const read = () => stripe.gateway.getPayment('pi_1', { withInstalment: false });

  test.each([
    ['is empty', 500, '{}'],
    ['is a proxy’s', 404, '{"message":"Not Found"}'],
    ['is another object', 200, '{"id":"ch_1","object":"charge"}'],
    ['has no id', 200, '{"object":"payment_intent"}'],
  ])('that %s is not taken for what was asked', async (_what, status, body) => {
    stripe.answer(status, body);
    await expect(read()).rejects.toMatchObject({ code: 'stripe-unavailable' });
  });

  test('of the other mode is refused', async () => {
    stripe.answer(200, '{"id":"pi_1","object":"payment_intent","livemode":true}');
    await expect(read()).rejects.toMatchObject({ code: 'stripe-refused', extension: { stripe_code: 'livemode_mismatch' } });
  });

  test.each([
    [400, problem('invalid_request_error', 'amount_too_small'), 'stripe-refused', 'amount_too_small'],
    [401, problem('invalid_request_error', 'api_key_expired'), 'stripe-refused', 'authentication'],
    [402, problem('card_error', 'card_declined'), 'stripe-refused', 'card_declined'],
    [403, problem('invalid_request_error', 'platform_api_key'), 'stripe-refused', 'permission'],
    [404, problem('invalid_request_error', 'resource_missing'), 'stripe-object-gone', 'resource_missing'],
    [409, problem('idempotency_error', 'idempotency_key_in_use'), 'stripe-unavailable', 'idempotency_key_in_use'],
    [429, problem('invalid_request_error', 'lock_timeout'), 'stripe-unavailable', 'lock_timeout'],
    [500, problem('api_error', 'unknown'), 'stripe-unavailable', 'unknown'],
  ])('with status %i is sorted, and none of its words are passed on', async (status, body, code, stripeCode) => {
    stripe.answer(status, body);
    const error = await read().catch((thrown: unknown) => thrown as AppError);
    expect(error).toMatchObject({ code, extension: { stripe_code: stripeCode } });
    expect(JSON.stringify([(error as AppError).message, (error as AppError).extension])).not.toContain('reader@');
  });
});

describe('another try', () => {
  const unavailable = (code: string) => new AppError('stripe-unavailable', 'no', { extension: { stripe_code: code } });
  const refused = (code: string) => new AppError('stripe-refused', 'no', { extension: { stripe_code: code } });

  test.each([
    ['Stripe is away', new AppError('stripe-unavailable', ''), 'until-it-works'],
    ['our database is away', new AppError('database-unavailable', ''), 'until-it-works'],
    ['our key is not valid now', refused('authentication'), 'until-it-works'],
    ['our key lacks a right', refused('permission'), 'until-it-works'],
    ['our balance does not suffice', refused('balance_insufficient'), 'until-it-works'],
    ['the same is being asked just now', unavailable('idempotency_key_in_use'), 'until-it-works'],
    ['a charge is refunded already', refused('charge_already_refunded'), 'never'],
    ['a refund is more than is left', refused('amount'), 'never'],
    ['a payment is disputed', refused('charge_disputed'), 'never'],
    ['a key came with another request', refused('idempotency_error'), 'few'],
    ['Postgres shuts down', Object.assign(new Error(), { code: '57P01' }), 'until-it-works'],
    ['Postgres is full of connections', Object.assign(new Error(), { code: '53300' }), 'until-it-works'],
    ['the connection breaks', Object.assign(new Error(), { code: 'ECONNRESET' }), 'until-it-works'],
    ['the pool waited too long', new Error('timeout exceeded when trying to connect'), 'until-it-works'],
    ['two transactions met', Object.assign(new Error(), { code: '40P01' }), 'few'],
    ['a row may not be', Object.assign(new Error(), { code: '23514' }), 'few'],
    ['Stripe refuses', refused('parameter_missing'), 'few'],
    ['there is a bug', new TypeError('x'), 'few'],
    ['nothing was thrown', undefined, 'few'],
    ['a value is not understood', new AppError('stripe-value-unknown', ''), 'never'],
    ['the object is gone', new AppError('stripe-object-gone', ''), 'never'],
  ])('when %s', (_when, error, retry) => {
    expect(retryOf(error)).toBe(retry);
  });
});
