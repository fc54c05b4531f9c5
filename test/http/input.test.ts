import { gzipSync } from 'node:zlib';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { edgeApp, edgeServices, routeOf, withServer } from './edge-app.ts';

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
    const errors = answer.body.errors as { pointer: string; detail: string }[];
    expect(Object.fromEntries(errors.map(({ pointer, detail }) => [pointer, detail]))).toEqual({
      '/article/a~1b': 'is not a field we know',
      '/article/url': 'must have at most 50 characters',
      '/extra': 'is not a field we know',
      '/helpful': 'must be true or false',
    });
    expect((await send({ helpful: true })).body.errors).toEqual([{ pointer: '/article', detail: 'is missing' }]);
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
