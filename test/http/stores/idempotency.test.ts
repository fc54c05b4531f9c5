import request, { type Test } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../../src/errors.ts';
import { removeOldAnswers } from '../../../src/http/stores/idempotency.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { edgeApp, edgeServices, routeOf } from '../edge-app.ts';

let database: TestDatabase;
let services: ReturnType<typeof edgeServices>;
let work: () => Promise<unknown>;
let done: number;
beforeAll(async () => {
  database = await openTestDatabase();
  services = edgeServices(database.url);
});
beforeEach(async () => {
  await database.pool.query('truncate stored_answers, rate_limits');
  done = 0;
  work = async () => ({ gift: done });
});
afterAll(async () => {
  await services.close();
  await database.close();
});

const input = z.strictObject({ amount: z.int(), note: z.strictObject({ a: z.string(), b: z.string() }).optional() });
const app = () =>
  edgeApp(
    services,
    ...(['POST /v1/donations', 'POST /v1/subscriptions'] as const).map((name) =>
      routeOf(name, input, async () => {
        done += 1;
        return work();
      }),
    ),
  );

function give(body: unknown, key?: string, path = '/v1/donations'): Test {
  const asked = request(app()).post(path);
  return (key === undefined ? asked : asked.set('Idempotency-Key', key))
    .set('Content-Type', 'application/json')
    .send(JSON.stringify(body));
}

const kept = async () => (await database.pool.query('select * from stored_answers')).rows;
const expireLease = () =>
  database.pool.query("update stored_answers set leased_until = now() - interval '1 second' where status is null");

describe('a write with an Idempotency-Key', () => {
  test('is done once, and answered the same each time', async () => {
    const first = await give({ amount: 500 }, 'key-1');
    const second = await give({ amount: 500 }, 'key-1');
    expect(done).toBe(1);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect([second.status, second.text, second.headers['content-type']]).toEqual([
      first.status,
      first.text,
      first.headers['content-type'],
    ]);
  });

  test('is the same write in whatever order its fields come', async () => {
    await give({ amount: 500, note: { a: '1', b: '2' } }, 'key-1');
    await give({ note: { b: '2', a: '1' }, amount: 500 }, 'key-1').expect(200);
    expect(done).toBe(1);
  });

  test('is refused with another body, also while the first one runs', async () => {
    await give({ amount: 500 }, 'key-1');
    const answer = await give({ amount: 600 }, 'key-1');
    expect(answer.status).toBe(422);
    expect(answer.body.type).toMatch(/\/idempotency-key-reused$/);
    expect(done).toBe(1);
  });

  test('is another write on another route', async () => {
    await give({ amount: 500 }, 'key-1');
    await give({ amount: 500 }, 'key-1', '/v1/subscriptions').expect(200);
    expect(done).toBe(2);
  });

  test('that comes twice at once is done once; the other one is told to wait', async () => {
    const release = Promise.withResolvers<void>();
    work = () => release.promise.then(() => 'given');
    const first = give({ amount: 500 }, 'key-1').then((answer) => answer);
    await eventually(() => expect(done).toBe(1));
    const impatient = await Promise.all(Array.from({ length: 5 }, () => give({ amount: 500 }, 'key-1')));
    expect(impatient.map(({ status }) => status)).toEqual([409, 409, 409, 409, 409]);
    expect(Number(impatient[0]!.headers['retry-after'])).toBe(2);
    expect((await give({ amount: 600 }, 'key-1')).status).toBe(422);
    release.resolve();
    expect((await first).body).toBe('given');
    expect((await give({ amount: 500 }, 'key-1')).body).toBe('given');
    expect(done).toBe(1);
  });

  test('that a dead process left is taken over when its lease has ended, and its late answer does not count', async () => {
    const release = Promise.withResolvers<void>();
    work = () => release.promise.then(() => 'late');
    const dead = give({ amount: 500 }, 'key-1').then((answer) => answer);
    await eventually(() => expect(done).toBe(1));
    await expireLease();
    work = async () => 'in time';
    expect((await give({ amount: 500 }, 'key-1')).body).toBe('in time');
    release.resolve();
    await dead;
    expect((await give({ amount: 500 }, 'key-1')).body).toBe('in time');
    expect(done).toBe(2);
  });

  test.each([
    ['that failed', new Error('broken'), 500],
    ['that the payment service could not do', new AppError('stripe-unavailable', 'Later.'), 503],
    ['that was wrong', new AppError('invalid-input', 'Wrong.'), 400],
    ['that has to wait', new AppError('request-in-progress', 'Wait.', { retryAfterSeconds: 1 }), 409],
  ])('%s may be tried again with the same key', async (_what, error, status) => {
    work = () => Promise.reject(error);
    expect((await give({ amount: 500 }, 'key-1')).status).toBe(status);
    expect(await kept()).toEqual([]);
    work = async () => 'given';
    expect((await give({ amount: 500 }, 'key-1')).body).toBe('given');
  });

  test('that was refused for good is refused the same way again', async () => {
    work = () => Promise.reject(new AppError('attempt-already-paid', 'Paid.', { extension: { donation_id: 'don_1' } }));
    const first = await give({ amount: 500 }, 'key-1');
    const second = await give({ amount: 500 }, 'key-1');
    expect(done).toBe(1);
    expect([first.status, second.status]).toEqual([409, 409]);
    expect(second.text).toBe(first.text);
    expect(second.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  test('is checked before the key is taken: wrong fields leave no trace', async () => {
    await give({ amount: 'much' }, 'key-1').expect(400);
    expect(await kept()).toEqual([]);
    await give({ amount: 500 }, 'key-1').expect(200);
  });

  test('is another write after 24 hours, when the old answer is removed', async () => {
    await give({ amount: 500 }, 'key-1');
    await database.pool.query("update stored_answers set created_at = now() - interval '24 hours 1 second'");
    await give({ amount: 700 }, 'key-1').expect(200);
    expect(done).toBe(2);
    await give({ amount: 500 }, 'key-2');
    await database.pool.query(
      "update stored_answers set created_at = now() - interval '25 hours' where key_hash = sha256('key-1')",
    );
    await removeOldAnswers(services);
    expect(await kept()).toHaveLength(1);
  });

  test('is answered even where its answer could not be kept', async () => {
    work = async () => {
      await database.pool.query('alter table stored_answers rename to stored_answers_away');
      return 'given';
    };
    const answer = await give({ amount: 500 }, 'key-1');
    await database.pool.query('alter table stored_answers_away rename to stored_answers');
    expect(answer.body).toBe('given');
  });

  test('stores neither the key nor the body it came with', async () => {
    await give({ amount: 4321 }, 'key-secret');
    expect(JSON.stringify(await kept())).not.toMatch(/key-secret|4321/);
  });
});

describe('the key itself', () => {
  test('is needed for a POST', async () => {
    const answer = await give({ amount: 500 });
    expect(answer.status).toBe(400);
    expect(answer.body.type).toMatch(/\/idempotency-key-missing$/);
    expect(done).toBe(0);
  });

  test.each([
    ['', 400],
    ['a b', 400],
    ['a'.repeat(256), 400],
    ['ä', 400],
    ['!~', 200],
    ['a'.repeat(255), 200],
  ])('has 1 to 255 visible ASCII characters: %s is answered %i', async (key, status) => {
    expect((await give({ amount: 500 }, key)).status).toBe(status);
  });
});
