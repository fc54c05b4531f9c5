import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { edgeApp, edgeServices, foreignOrigin, ourOrigin, routeOf } from './edge-app.ts';

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

const app = () =>
  edgeApp(
    services,
    routeOf('PUT /v1/votes', undefined, () => 'counted'),
    routeOf('GET /v1/donations/{id}', undefined, () => 'found'),
    routeOf('POST /donate', undefined, () => 'on the way'),
    routeOf('POST /stop/{token}', undefined, () => 'stopped'),
    routeOf('GET /livez', undefined, () => 'ok'),
  );

const lookalikes = [
  foreignOrigin,
  'null',
  'http://www.example.org',
  'https://example.org',
  'https://www.example.org.evil.example',
  'https://www.example.org:8443',
  'https://evil.example/https://www.example.org',
  'HTTPS://WWW.EXAMPLE.ORG',
  '',
];

describe('a page of the newsroom', () => {
  test.each([ourOrigin, 'http://127.0.0.1:3000'])('at %s may write, and read the answer', async (origin) => {
    const answer = await request(app()).put('/v1/votes').set('Origin', origin).send({});
    expect(answer.status).toBe(200);
    expect(answer.headers['access-control-allow-origin']).toBe(origin);
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
    expect(answer.headers['access-control-expose-headers']).toContain('Retry-After');
    expect(answer.headers.vary).toBe('Origin');
  });

  test('reads what was wrong, too', async () => {
    const answer = await request(app())
      .put('/v1/votes')
      .set('Origin', ourOrigin)
      .type('text/plain')
      .set('Idempotency-Key', ' ')
      .send('x');
    expect(answer.status).toBe(400);
    expect(answer.headers['access-control-allow-origin']).toBe(ourOrigin);
  });

  test('is told before it asks what it may send', async () => {
    const answer = await request(app()).options('/v1/votes').set({ Origin: ourOrigin, 'Access-Control-Request-Method': 'PUT' });
    expect(answer.status).toBe(204);
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': ourOrigin,
      'access-control-allow-methods': 'PUT',
      'access-control-allow-headers': 'Content-Type, Gratis-Proof, Idempotency-Key, X-Request-Id',
      vary: 'Origin',
    });
  });
});

describe("somebody else's page", () => {
  test.each(lookalikes)('at %j cannot write and cannot read', async (origin) => {
    const write = await request(app()).put('/v1/votes').set('Origin', origin).send({});
    expect(write.status).toBe(403);
    expect(write.body.type).toMatch(/\/origin-not-allowed$/);
    const read = await request(app()).get('/v1/donations/a').set('Origin', origin);
    const preflight = await request(app()).options('/v1/votes').set({ Origin: origin, 'Access-Control-Request-Method': 'PUT' });
    for (const answer of [write, read, preflight]) {
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers.vary).toBe('Origin');
    }
  });

  test('cannot send our form, but a page that hides where it is can', async () => {
    expect((await request(app()).post('/donate').set('Origin', foreignOrigin)).status).toBe(403);
    expect((await request(app()).post('/donate').set('Origin', 'null')).status).toBe(200);
    expect((await request(app()).post('/donate').set('Origin', ourOrigin)).status).toBe(200);
  });
});

describe('a request without an origin', () => {
  test('comes from a program and is taken', async () => {
    expect((await request(app()).put('/v1/votes').send({})).status).toBe(200);
  });
});

describe('a route with a token', () => {
  test('asks for no origin: the address is the permission', async () => {
    expect((await request(app()).post('/stop/t').set('Origin', foreignOrigin)).status).toBe(200);
  });
});

describe('a route that no page reads', () => {
  test('says nothing of origins', async () => {
    const answer = await request(app()).get('/livez').set('Origin', ourOrigin);
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    const preflight = await request(app()).options('/livez').set({ Origin: ourOrigin, 'Access-Control-Request-Method': 'GET' });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.allow).toBe('GET, HEAD');
  });
});
