import { createServer, type Server } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import express from 'express';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../src/errors.ts';
import { getProblem } from '../../src/http/get-problem.ts';
import { mountRoute } from '../../src/http/mount.ts';
import { defineRoute } from '../../src/http/route.ts';
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

const vote = z.strictObject({
  article: z.strictObject({ url: z.string().max(50) }),
  helpful: z.boolean(),
  comment: z.string().optional(),
});
const votes = () =>
  edgeApp(
    services,
    routeOf('PUT /v1/votes', vote, ({ input }) => input),
  );
const send = (body: string | object) => request(votes()).put('/v1/votes').set('Content-Type', 'application/json').send(body);
const good = { article: { url: 'https://www.example.org/' }, helpful: true };

describe('a route', () => {
  test('without a policy cannot be mounted', () => {
    const route = routeOf('GET /v1/secrets', undefined, () => 'none');
    expect(() => mountRoute(express(), services, route)).toThrow('GET /v1/secrets has no policy');
    expect(() => mountRoute(express(), services, { ...route, name: 'GET /toString' })).toThrow('has no policy');
  });

  test('answers bigints as plain numbers with every digit, and instants as ISO 8601', async () => {
    const paid = new Date(Date.UTC(2026, 10, 23));
    const app = edgeApp(
      services,
      routeOf('GET /v1/donations/{id}', undefined, ({ params }) => ({ id: params.id, amount: 9007199254740993n, paid })),
    );
    const answer = await request(app).get('/v1/donations/don_1');
    expect(answer.text).toBe('{"id":"don_1","amount":9007199254740993,"paid":"2026-11-23T00:00:00.000Z"}');
  });

  test('answers HEAD like GET, without a body', async () => {
    const app = edgeApp(
      services,
      routeOf('GET /livez', undefined, () => ({ status: 'ok' })),
    );
    const answer = await request(app).head('/livez');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-length']).toBe('15');
    expect(answer.text).toBeUndefined();
  });

  test('answers a method it does not take with 405 and those it takes', async () => {
    const answer = await request(votes()).delete('/v1/votes');
    expect(answer.status).toBe(405);
    expect(answer.headers.allow).toBe('PUT');
    expect(answer.body.type).toMatch(/\/method-not-allowed$/);
  });

  test('takes over a well-formed request id, and draws one for anything else', async () => {
    const taken = await request(votes()).put('/v1/votes').set('X-Request-Id', 'proxy-1.a').send(good);
    expect(taken.headers['x-request-id']).toBe('proxy-1.a');
    const drawn = await request(votes()).put('/v1/votes').set('X-Request-Id', 'a b@c').send(good);
    expect(drawn.headers['x-request-id']).toMatch(/^req_[0-9a-f]{32}$/);
  });

  test('works on when the client has gone, and the service answers the next one', async () => {
    const gone = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    let hits = 0;
    const route = defineRoute({
      name: 'GET /livez',
      async handle({ response }) {
        hits += 1;
        if (hits === 1) {
          response.once('close', () => left.resolve());
          gone.resolve();
          await left.promise;
          done.resolve();
        }
        return { status: 200, json: { hits } };
      },
    });
    await withServer(edgeApp(services, route), async (port) => {
      const socket = net.connect(port, '127.0.0.1');
      socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
      await gone.promise;
      socket.destroy();
      await done.promise;
      expect(await (await fetch(`http://127.0.0.1:${port}/livez`)).json()).toEqual({ hits: 2 });
    });
  });

  test('that breaks off while it streams leaves a broken download, not a complete one', async () => {
    const route = defineRoute({
      name: 'GET /livez',
      async handle({ response }) {
        response.write('half of it');
        throw new Error('the other half is lost');
      },
    });
    await withServer(edgeApp(services, route), async (port) => {
      await expect(fetch(`http://127.0.0.1:${port}/livez`).then((answer) => answer.text())).rejects.toThrow();
    });
  });
});

describe('input', () => {
  test('is refused with every wrong field in one answer', async () => {
    const answer = await send({ article: { url: 'x'.repeat(51), 'a/b': 1 }, helpful: 'yes', extra: true });
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      title: 'Invalid input',
      status: 400,
      instance: `urn:gratis:request:${answer.headers['x-request-id']}`,
    });
    expect(answer.body.type).toBe('http://127.0.0.1:3000/problems/invalid-input');
    expect(answer.body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual([
      '/article/a~1b',
      '/article/url',
      '/extra',
      '/helpful',
    ]);
  });

  test.each([
    ['nothing', '', 400, 'invalid-input'],
    ['no object', '[]', 400, 'invalid-input'],
    ['a bare string', '"a"', 400, 'body-not-readable'],
    ['half a JSON', '{"helpful":', 400, 'body-not-readable'],
    ['a prototype', '{"__proto__":{"helpful":true},"article":{"url":"a"},"helpful":true}', 400, 'invalid-input'],
    ['a constructor', '{"constructor":{"prototype":{}},"article":{"url":"a"},"helpful":true}', 400, 'invalid-input'],
    ['great depth', `${'['.repeat(8000)}${']'.repeat(8000)}`, 400, 'invalid-input'],
    ['great depth in a field', `{"article":${'{"a":'.repeat(2000)}1${'}'.repeat(2000)},"helpful":true}`, 400, 'invalid-input'],
    ['a NUL character', '{"article":{"url":"a"},"helpful":true,"comment":"a\\u0000b"}', 400, 'invalid-input'],
    ['more than 16 kB', JSON.stringify({ ...good, comment: 'a'.repeat(16_400) }), 413, 'body-too-large'],
  ])('of %s is refused', async (_what, body, status, code) => {
    const answer = await send(body);
    expect(answer.status).toBe(status);
    expect(answer.body.type).toMatch(new RegExp(`/${code}$`));
    expect(Object.prototype).not.toHaveProperty('helpful');
  });

  test('just under 16 kB is taken', async () => {
    const comment = 'a'.repeat(16_384 - JSON.stringify({ ...good, comment: '' }).length);
    expect((await send({ ...good, comment })).status).toBe(200);
  });

  test('is taken as plain JSON in UTF-8 only', async () => {
    const put = () => request(votes()).put('/v1/votes');
    const answers = await Promise.all([
      put().set('Content-Type', 'text/plain').send(JSON.stringify(good)),
      put().set('Content-Type', 'application/x-www-form-urlencoded').send('helpful=true'),
      put().set('Content-Type', 'application/json; charset=latin1').send(JSON.stringify(good)),
      put()
        .set('Content-Type', 'application/json')
        .set('Content-Encoding', 'gzip')
        .send(gzipSync(JSON.stringify(good)).toString('latin1')),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([415, 415, 415, 415]);
  });

  test('of a few bytes cannot become many: a compressed body is refused unread', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    await withServer(votes(), async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/votes`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body: bomb,
      });
      expect(answer.status).toBe(415);
    });
  });

  test('in a query is held to the schema too: doubled and unknown fields are refused', async () => {
    const app = edgeApp(
      services,
      routeOf('GET /v1/widget-config', z.strictObject({ article: z.string() }), ({ input }) => input),
    );
    expect((await request(app).get('/v1/widget-config?article=a')).body).toEqual({ article: 'a' });
    const doubled = await request(app).get('/v1/widget-config?article=a&article=b&other[x]=1');
    expect(doubled.status).toBe(400);
    expect(doubled.body.errors.map((error: { pointer: string }) => error.pointer)).toEqual(['/article', '/other[x]']);
  });

  test('in an address that cannot be read leads nowhere', async () => {
    const app = edgeApp(
      services,
      routeOf('GET /v1/donations/{id}', undefined, () => 'found'),
    );
    expect((await request(app).get('/v1/donations/%zz')).status).toBe(404);
    expect((await request(app).get('/v1/donations/a%00b')).status).toBe(404);
  });

  test('of a form is its fields, up to 64 kB', async () => {
    const app = edgeApp(
      services,
      routeOf('POST /donate', z.object({ amount: z.string() }), ({ input }) => input),
    );
    const taken = await request(app).post('/donate').type('form').send({ amount: '5' });
    expect(taken.body).toEqual({ amount: '5' });
    const large = await request(app)
      .post('/donate')
      .type('form')
      .send({ amount: '5'.repeat(66_000) });
    expect(large.status).toBe(413);
    expect(large.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  test('that a route does not ask for is not read, whatever it is', async () => {
    const app = edgeApp(
      services,
      routeOf('POST /newsletter/leave/{token}', undefined, () => 'left'),
    );
    const answer = await request(app).post('/newsletter/leave/t').field('List-Unsubscribe', 'One-Click');
    expect(answer.body).toBe('left');
  });
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

async function withServer(app: express.Express, use: (port: number) => Promise<void>): Promise<void> {
  const server: Server = createServer(app).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
