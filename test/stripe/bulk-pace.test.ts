import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startStripeSimulator } from '../../src/sandbox/stripe/simulator.ts';
import { createPace } from '../../src/stripe/bulk-pace.ts';
import { createStripeGateway } from '../../src/stripe/live-gateway.ts';
import { holdToOfficialShapes } from '../support/official-shapes.ts';

describe('the pace of bulk reads', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  test('lets a second’s worth pass at once, then each in its turn', async () => {
    await vi.advanceTimersByTimeAsync(5000); // a quiet time saves up no more than one second
    const turn = createPace(20);
    const passed: number[] = [];
    for (let nth = 0; nth < 60; nth += 1) void turn().then(() => passed.push(nth));
    await vi.advanceTimersByTimeAsync(0);
    expect(passed).toHaveLength(20);
    await vi.advanceTimersByTimeAsync(1000);
    expect(passed).toHaveLength(40);
    await vi.advanceTimersByTimeAsync(1000);
    expect(passed).toEqual(Array.from({ length: 60 }, (_, nth) => nth));
  });
});

describe('a gateway with a pace', () => {
  test('keeps it for every call, and holds up no other gateway', async () => {
    const simulator = await startStripeSimulator({ onExchange: holdToOfficialShapes });
    const access = { secretKey: simulator.secretKey, apiBase: simulator.url };
    const [bulk, readers] = [createStripeGateway({ ...access, callsASecond: 5 }), createStripeGateway(access)];
    const ask = (gateway: typeof bulk) => gateway.getPayment('pi_none').catch((error) => error.code as string);
    try {
      const order: string[] = [];
      const asked = Array.from({ length: 7 }, () => ask(bulk).then(() => order.push('bulk')));
      await ask(readers).then(() => order.push('reader'));
      await Promise.all(asked);
      expect(order.indexOf('reader')).toBeLessThan(6);
      expect(await ask(bulk)).toBe('stripe-object-gone');
    } finally {
      await simulator.close();
    }
  });
});
