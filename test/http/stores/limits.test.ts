import request, { type Test } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { toSource } from '../../../src/http/source.ts';
import { allowOnce, limitsOf, removeOldLimits } from '../../../src/http/stores/limits.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { testConfig } from '../../support/settings.ts';
import { edgeApp, edgeServices, routeOf } from '../edge-app.ts';

const config = testConfig({ TRUST_PROXY: '1' }, { limits: { gifts_per_source_in_ten_minutes: 3 } });
let database: TestDatabase;
let one: ReturnType<typeof edgeServices>;
let other: ReturnType<typeof edgeServices>;
let keys = 0;
let given: number;
beforeAll(async () => {
  database = await openTestDatabase();
  one = edgeServices(database.url, { config });
  other = edgeServices(database.url, { config });
});
beforeEach(async () => {
  await database.pool.query('truncate rate_limits, stored_answers');
  given = 0;
});
afterAll(async () => {
  await Promise.all([one.close(), other.close()]);
  await database.close();
});

const gift = routeOf('POST /v1/donations', z.strictObject({ amount: z.int() }), () => {
  given += 1;
  return 'given';
});

function give(options: { body?: object; from?: string; services?: typeof one; key?: string } = {}): Test {
  keys += 1;
  return request(edgeApp(options.services ?? one, gift))
    .post('/v1/donations')
    .set({ 'Idempotency-Key': options.key ?? `key-${keys}`, 'X-Forwarded-For': options.from ?? '192.0.2.1' })
    .send(options.body ?? { amount: 500 });
}

async function giveTimes(count: number, options: Parameters<typeof give>[0] = {}): Promise<number[]> {
  const statuses: number[] = [];
  for (let turn = 0; turn < count; turn += 1) {
    statuses.push((await give(options)).status);
  }
  return statuses;
}

describe('a limit', () => {
  test('slows a source down and says how long', async () => {
    expect(await giveTimes(4)).toEqual([200, 200, 200, 429]);
    const refused = await give();
    expect(refused.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(refused.body.type).toMatch(/\/too-many-requests$/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(500);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(600);
    expect(refused.headers['ratelimit-policy']).toBe('"gifts";q=3;w=600');
    expect(refused.headers.ratelimit).toMatch(/^"gifts";r=0;t=\d+$/);
    expect(given).toBe(3);
  });

  test('tells what is left before it is used up', async () => {
    expect((await give()).headers.ratelimit).toMatch(/^"gifts";r=2;t=\d+$/);
  });

  test('does not count input that is refused, nor a repeated request', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      await give({ body: { amount: 'much' } }).expect(400);
    }
    for (let turn = 0; turn < 10; turn += 1) {
      await give({ key: 'the-same' }).expect(200);
    }
    expect(await giveTimes(3)).toEqual([200, 200, 429]);
  });

  test('that is used up still answers what was done before', async () => {
    await give({ key: 'the-first' });
    await giveTimes(3);
    expect((await give({ key: 'the-first' })).headers['idempotent-replayed']).toBe('true');
  });

  test('does not keep its refusal: the same key works once there is room again', async () => {
    await giveTimes(3);
    await give({ key: 'later' }).expect(429);
    await database.pool.query('truncate rate_limits');
    await give({ key: 'later' }).expect(200);
  });

  test('is one limit for all processes', async () => {
    expect(await giveTimes(2)).toEqual([200, 200]);
    expect(await giveTimes(2, { services: other })).toEqual([200, 429]);
  });

  test('lets no more through when all come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, (_, turn) => give({ services: turn % 2 ? one : other })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(9);
  });

  test('is each source its own, and an IPv6 household one source', async () => {
    await giveTimes(3, { from: '2001:db8:1:2::1' });
    expect((await give({ from: '2001:db8:1:2:ffff::9' })).status).toBe(429);
    expect((await give({ from: '2001:db8:1:3::1' })).status).toBe(200);
    expect((await give({ from: '192.0.2.2' })).status).toBe(200);
  });

  test('keeps no address', async () => {
    await give({ from: '192.0.2.77' });
    const { rows } = await database.pool.query('select key from rate_limits');
    expect(rows[0].key).toMatch(/^gifts:[\w-]{43}$/);
    expect(rows[0].key).not.toContain('192.0.2.77');
  });

  test('ends by itself, and what has ended is removed', async () => {
    await giveTimes(4);
    await database.pool.query('update rate_limits set expire = expire - 600000');
    expect((await give()).status).toBe(200);
    await database.pool.query('update rate_limits set expire = expire - 600000');
    await limitsOf(one).use('votes', 'somebody');
    await removeOldLimits(one);
    expect((await database.pool.query('select key from rate_limits')).rows).toEqual([{ key: expect.stringMatching(/^votes:/) }]);
  });
});

describe('what may be done once in a while', () => {
  test('is done by one of many who ask at once, and again when the while is over', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, (_, turn) => allowOnce(turn % 2 ? one : other, 'thanks-don_1', 5)));
    expect(asked.filter(Boolean)).toHaveLength(1);
    expect(await allowOnce(one, 'thanks-don_2', 5)).toBe(true);
    await database.pool.query('update rate_limits set expire = expire - 5000');
    expect(await allowOnce(one, 'thanks-don_1', 5)).toBe(true);
    expect(await allowOnce(one, 'thanks-don_1', 5)).toBe(false);
  });
});

describe('a source', () => {
  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    [undefined, ''],
  ])('of %s is %s', (address, source) => {
    expect(toSource(address)).toBe(source);
  });
});
