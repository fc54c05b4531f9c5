import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { type BreakerOptions, type BreakerState, createBreaker } from '../../src/stripe/breaker.ts';
import type { StripeGateway } from '../../src/stripe/gateway.ts';
import { eventually } from '../support/eventually.ts';

const error = (stripe_code: string, code: 'stripe-unavailable' | 'stripe-refused' = 'stripe-unavailable') =>
  new AppError(code, 'no', { extension: { stripe_code } });

/** A Stripe that answers what the test says, behind a breaker that is open for 50 ms. */
function behindBreaker(options: BreakerOptions = {}) {
  const states: BreakerState[] = [];
  const breaker = createBreaker({ outages: 3, openSeconds: 0.05, ...options, onChange: (state) => states.push(state) });
  let answer = async (): Promise<unknown> => 'there';
  let asked = 0;
  const gateway = {
    getRefund: () => {
      asked += 1;
      return answer();
    },
  } as unknown as StripeGateway;
  const readers = breaker.guard(gateway, 'readers');
  const bulk = breaker.guard(gateway, 'bulk');
  return {
    states,
    asked: () => asked,
    answers: (next: () => Promise<unknown>) => (answer = next),
    read: () => readers.getRefund('re_1').catch((thrown: unknown) => thrown),
    readBulk: () => bulk.getRefund('re_1').catch((thrown: unknown) => thrown),
  };
}

describe('the breaker between a process and Stripe', () => {
  test('opens after several outages in a row, answers readers at once, and closes by one question that is answered', async () => {
    const stripe = behindBreaker({ openSeconds: 0.3 });
    stripe.answers(() => Promise.reject(error('unknown')));
    for (let turn = 0; turn < 3; turn += 1) await stripe.read();
    expect(stripe.states).toEqual(['open']);
    expect(await stripe.read()).toMatchObject({
      code: 'stripe-unavailable',
      retryAfterSeconds: 1,
      extension: { stripe_code: 'breaker_open' },
    });
    expect(stripe.asked()).toBe(3);
    stripe.answers(async () => 'there');
    expect(await stripe.readBulk()).toBe('there'); // it has waited
    expect(stripe.asked()).toBe(4);
    expect(stripe.states).toEqual(['open', 'half-open', 'closed']);
  });

  test('lets one question through at a time while it is not sure, and opens again for longer where that fails', async () => {
    const stripe = behindBreaker();
    stripe.answers(() => Promise.reject(error('unknown')));
    for (let turn = 0; turn < 3; turn += 1) await stripe.read();
    const fail = Promise.withResolvers();
    stripe.answers(() => fail.promise);
    const probe = await eventually(async () => {
      const asking = stripe.read();
      if (stripe.asked() === 3) throw new Error('it is still open');
      return { asking };
    });
    expect(await stripe.read()).toMatchObject({ extension: { stripe_code: 'breaker_open' } });
    fail.reject(error('unknown'));
    expect(await probe.asking).toMatchObject({ code: 'stripe-unavailable' });
    expect(stripe.asked()).toBe(4);
    expect(stripe.states).toEqual(['open', 'half-open', 'open']);
  });

  test.each(['rate_limit', 'lock_timeout', 'idempotency_key_in_use', 'card_declined'])(
    'takes %s for a Stripe that is there',
    async (code) => {
      const stripe = behindBreaker();
      stripe.answers(() => Promise.reject(error(code, code === 'card_declined' ? 'stripe-refused' : 'stripe-unavailable')));
      for (let turn = 0; turn < 6; turn += 1) await stripe.read();
      expect(stripe.asked()).toBe(6);
      expect(stripe.states).toEqual([]);
    },
  );

  test('lets readers go first, and holds bulk work back when Stripe asks for fewer questions', async () => {
    const stripe = behindBreaker();
    const slow = Promise.withResolvers();
    stripe.answers(() => slow.promise);
    const reading = stripe.read();
    stripe.answers(async () => 'bulk');
    const order: unknown[] = [];
    const bulk = stripe.readBulk().then((answer) => order.push(answer));
    slow.resolve('reader');
    order.push(await reading);
    await bulk;
    expect(order).toEqual(['reader', 'bulk']);
    stripe.answers(() => Promise.reject(error('rate_limit')));
    await stripe.read();
    stripe.answers(async () => 'there');
    const asked = stripe.asked();
    const held = stripe.readBulk();
    expect(await stripe.read()).toBe('there');
    expect(stripe.asked()).toBe(asked + 1);
    expect(await held).toBe('there');
  });

  test('gives bulk work up where it has waited long enough, so that it can be put back', async () => {
    const stripe = behindBreaker({ openSeconds: 60, patienceSeconds: 0.05 });
    stripe.answers(() => Promise.reject(error('unknown')));
    for (let turn = 0; turn < 3; turn += 1) await stripe.read();
    expect(await stripe.readBulk()).toMatchObject({ code: 'stripe-unavailable', retryAfterSeconds: 60 });
    expect(stripe.asked()).toBe(3);
  });
});
