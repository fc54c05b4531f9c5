import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { getProblem } from '../../src/http/get-problem.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { edgeApp, edgeServices, routeOf } from './edge-app.ts';

let database: TestDatabase;
let services: ReturnType<typeof edgeServices>;
beforeAll(async () => {
  database = await openTestDatabase();
  services = edgeServices(database.url);
});
afterAll(async () => {
  await services.close();
  await database.close();
});

describe('an error', () => {
  const failing = (error: unknown) =>
    edgeApp(
      services,
      routeOf('GET /v1/donations/{id}', undefined, () => Promise.reject(error)),
    );

  test('has an address that says what it is', async () => {
    const app = edgeApp(services, getProblem);
    const answer = await request(app).get('/problems/attempt-already-paid');
    expect([answer.status, answer.text]).toEqual([200, 'Attempt already paid (status 409)\n']);
    expect((await request(app).get('/problems/constructor')).status).toBe(404);
  });

  test('of a known kind is told with its code, fields and extension', async () => {
    const error = new AppError('attempt-already-paid', 'This gift was paid.', { extension: { donation_id: 'don_1' } });
    const answer = await request(failing(error)).get('/v1/donations/a');
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ detail: 'This gift was paid.', donation_id: 'don_1' });
    expect(answer.body.type).toMatch(/\/attempt-already-paid$/);
  });

  test('that says when to come again says it in Retry-After, in whole seconds', async () => {
    const answer = await request(failing(new AppError('giving-is-paused', 'Paused.', { retryAfterSeconds: 0.2 }))).get(
      '/v1/donations/a',
    );
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('1');
  });

  test('that nobody expected is told without a word of it', async () => {
    for (const error of [new Error('secret of donor@example.com'), 'a secret', null, new TypeError('secret')]) {
      const answer = await request(failing(error)).get('/v1/donations/a');
      expect(answer.status).toBe(500);
      expect(answer.text).not.toMatch(/secret|donor|\bat /);
    }
  });

  test('is told to people as a page, in their language', async () => {
    const app = edgeApp(
      services,
      routeOf('GET /thanks/{id}', undefined, () => Promise.reject(new Error('secret'))),
    );
    const answer = await request(app).get('/thanks/don_1').set('Accept-Language', 'de-AT,en;q=0.5');
    expect(answer.status).toBe(500);
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.text).toContain('<html lang="de" dir="ltr">');
    expect(answer.text).toContain('Bei uns ist etwas schiefgegangen');
    expect(answer.text).not.toContain('secret');
  });

  test('of an address without a route is a page for a browser and a problem for a program', async () => {
    const app = edgeApp(services);
    const page = await request(app).get('/nothing').set('Accept', 'text/html,application/xhtml+xml,*/*;q=0.8');
    expect([page.status, page.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
    const problem = await request(app).get('/nothing').set('Accept', '*/*');
    expect([problem.status, problem.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
    const api = await request(app).get('/v1/nothing').set('Accept', 'text/html');
    expect([api.status, api.headers['content-type']]).toEqual([404, 'application/problem+json; charset=utf-8']);
  });
});
