import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monthly, oneTime, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

describe('what Stripe refuses', () => {
  const refused = (params: object, options = {}) =>
    expect(sandbox.stripe.checkout.sessions.create(params as never, options)).rejects;
  const line = (price: object) => ({
    line_items: [
      { quantity: 1, price_data: { currency: 'usd', unit_amount: 900, product_data: { name: 'Donation' }, ...price } },
    ],
  });

  test('payment_method_types, unless an older version is asked for', async () => {
    await refused(oneTime(900, 'usd', { payment_method_types: ['card'] } as object)).toMatchObject({
      statusCode: 400,
      code: 'payment_method_types_no_longer_supported',
      param: 'payment_method_types',
    });
    const older = await sandbox.stripe.checkout.sessions.create({ ...oneTime(900), payment_method_types: ['card'] } as never, {
      apiVersion: '2026-08-26.dahlia',
    });
    expect(older.status).toBe('open');
  });

  test.each([
    [29, 'gbp'],
    [49, 'eur'],
    [49, 'jpy'],
    [0, 'usd'],
    [17499, 'huf'],
  ])('%i in %s, which is too small', async (amount, currency) => {
    await refused(oneTime(amount, currency)).toMatchObject({ code: 'amount_too_small' });
  });

  test.each([
    [1001, 'isk'],
    [55555, 'ugx'],
    [5001, 'kwd'],
  ])('%i in %s, which is not whole', async (amount, currency) => {
    await refused(oneTime(amount, currency)).toMatchObject({ statusCode: 400, code: 'parameter_invalid_integer' });
  });

  test.each([
    ['an unknown parameter', { ...oneTime(900), colour: 'red' }, { code: 'parameter_unknown', param: 'colour' }],
    [
      'an unknown parameter inside',
      oneTime(900, 'usd', line({ colour: 'red' }) as object),
      { code: 'parameter_unknown', param: 'line_items[0][price_data][colour]' },
    ],
    ['no mode', { ...oneTime(900), mode: undefined }, { code: 'parameter_missing', param: 'mode' }],
    ['no way back', { ...oneTime(900), success_url: undefined }, { code: 'parameter_missing', param: 'success_url' }],
    ['a part of a cent', oneTime(900.5), { code: 'parameter_invalid_integer', param: 'line_items[0][price_data][unit_amount]' }],
    ['too much', oneTime(10 ** 12), { code: 'amount_too_large' }],
    ['an old ui_mode', { ...oneTime(900), ui_mode: 'hosted' }, { param: 'ui_mode' }],
    ['a currency nobody has', oneTime(900, 'xyz'), { param: 'line_items[0][price_data][currency]' }],
    [
      'neither product nor product_data',
      oneTime(900, 'usd', line({ product_data: undefined }) as object),
      { code: 'parameter_missing' },
    ],
    [
      'a product that is not there',
      oneTime(900, 'usd', line({ product_data: undefined, product: 'prod_x' }) as object),
      { code: 'resource_missing' },
    ],
    [
      'a recurring price in payment mode',
      oneTime(900, 'usd', line({ recurring: { interval: 'month' } }) as object),
      { param: 'line_items[0]' },
    ],
    [
      'payment_intent_data in subscription mode',
      { ...monthly(900), payment_intent_data: { description: 'x' } },
      { param: 'payment_intent_data' },
    ],
    ['a session that ends too soon', oneTime(900, 'usd', { expires_at: 1 }), { param: 'expires_at' }],
    ['an address that is none', oneTime(900, 'usd', { success_url: 'thanks' }), { code: 'url_invalid', param: 'success_url' }],
  ])('%s', async (_what, params, expected) => {
    await refused(params).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError', ...expected });
  });
});
