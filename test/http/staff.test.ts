import request, { type Response } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createApiKey } from '../../src/staff/create-api-key.ts';
import { revokeApiKey } from '../../src/staff/revoke-api-key.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { edgeApp, edgeServices, routeOf } from './edge-app.ts';

let database: TestDatabase;
let services: ReturnType<typeof edgeServices>;
let now = new Date('2026-11-23T10:00:00Z');
let finance: { id: string; key: string };
let admin: { id: string; key: string };
beforeAll(async () => {
  database = await openTestDatabase();
  services = edgeServices(database.url, { clock: { now: () => now } });
  finance = await createApiKey(services, { name: 'Treasurer', role: 'finance' });
  admin = await createApiKey(services, { name: 'Publisher', role: 'admin' });
});
beforeEach(() => database.pool.query('truncate rate_limits'));
afterAll(async () => {
  await services.close();
  await database.close();
});

const app = () =>
  edgeApp(
    services,
    routeOf('GET /v1/exports/{report}', z.strictObject({ from: z.iso.date().optional() }), ({ caller, params }) => ({
      caller: caller?.name,
      report: params.report,
    })),
  );

type Verb = 'get' | 'post' | 'put' | 'delete' | 'head' | 'options' | 'patch';

async function ask(path: string, authorization?: string, method: Verb = 'get'): Promise<Response> {
  const asked = request(app())[method](path);
  return authorization === undefined ? asked : asked.set('Authorization', authorization);
}

const wrong = `Bearer gratis_${'a'.repeat(43)}`;

describe("staff's paths", () => {
  const paths = [
    '/v1/exports/donations',
    '/v1/exports/donations?from=nonsense',
    '/v1/exports',
    '/v1/exports/',
    '/v1/exports/a/b/c',
    '/v1/exports/%zz',
    '/v1/export-runs/exp_1',
    '/v1/admin',
    '/v1/admin/donations',
    '/v1/admin/no/such/thing',
    '/V1/Admin/donations',
    '/v1/%61dmin/donations',
    '/v1//admin/donations',
    '//v1/admin',
    '/v1%2fadmin',
    '/v1\\admin',
    '/v1/%2e%2e/v1/admin',
    '/v1/donations/%2e%2e/admin/donations',
    '/v1/admin;x=1',
    '/v1/admin?x=1',
  ];

  test.each(paths)('%s answers 401 before anything else', async (path) => {
    for (const authorization of [undefined, '', 'Bearer', 'Bearer x', 'Basic dXNlcjpwYXNz', wrong, `Bearer ${finance.key}x`]) {
      const answer = await ask(path, authorization);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="gratis"');
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
    }
  });

  test.each<Verb>(['post', 'put', 'delete', 'head', 'options', 'patch'])('answer 401 to %s as well', async (method) => {
    expect((await ask('/v1/exports/donations', undefined, method)).status).toBe(401);
    expect((await ask('/v1/admin/nothing', wrong, method)).status).toBe(401);
  });

  test('answer 401 to a body that nobody could read', async () => {
    const answer = await request(app()).post('/v1/admin/search').set('Content-Type', 'application/json').send('{');
    expect(answer.status).toBe(401);
  });

  test('that look alike are ordinary addresses without anything behind them', async () => {
    expect((await ask('/v1/administrators')).status).toBe(404);
    expect((await ask('/v1/exports-of-fish')).status).toBe(404);
    expect((await ask('/admin')).status).toBe(404);
  });
});

describe('an API key', () => {
  test('opens what its role may see', async () => {
    for (const { key } of [finance, admin]) {
      expect((await ask('/v1/exports/donations', `Bearer ${key}`)).status).toBe(200);
    }
    expect((await ask('/v1/exports/donations', `bearer  ${finance.key}`)).body).toEqual({
      caller: 'Treasurer',
      report: 'donations',
    });
  });

  test('learns only then what is wrong with the request', async () => {
    const bearer = `Bearer ${finance.key}`;
    expect((await ask('/v1/exports/donations?from=nonsense', bearer)).status).toBe(400);
    expect((await ask('/v1/admin/no/such/thing', bearer)).status).toBe(404);
    expect((await ask('/v1/exports/%zz', bearer)).status).toBe(404);
  });

  test('of finance may not write where nothing says so; of an admin may, and finds nothing there', async () => {
    const refused = await ask('/v1/admin/anything', `Bearer ${finance.key}`, 'post');
    expect(refused.status).toBe(403);
    expect(refused.body.type).toMatch(/\/forbidden$/);
    expect((await ask('/v1/admin/anything', `Bearer ${admin.key}`, 'post')).status).toBe(404);
  });

  test('hears which methods a path takes that it may read', async () => {
    for (const { key } of [finance, admin]) {
      const answer = await ask('/v1/exports/donations', `Bearer ${key}`, 'post');
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
    }
  });

  test('is told once, and kept only as a hash', async () => {
    expect(finance.key).toMatch(/^gratis_[\w-]{43}$/);
    const { rows } = await database.pool.query('select * from api_keys');
    expect(JSON.stringify(rows)).not.toContain(finance.key);
    expect(rows.find(({ id }) => id === finance.id).key_hash).toHaveLength(32);
  });

  test('is closed at once and for good when it is revoked', async () => {
    const { id, key } = await createApiKey(services, { name: 'Gone', role: 'admin' });
    expect((await ask('/v1/exports/donations', `Bearer ${key}`)).status).toBe(200);
    expect(await revokeApiKey(services, id)).toBe(true);
    expect((await ask('/v1/exports/donations', `Bearer ${key}`)).status).toBe(401);
    expect(await revokeApiKey(services, id)).toBe(false);
    expect(await revokeApiKey(services, 'key_none')).toBe(false);
  });

  test('notes when it was used, once a minute at most', async () => {
    const lastUsed = async () =>
      (
        await database.pool.query('select last_used_at from api_keys where id = $1', [finance.id])
      ).rows[0].last_used_at.toISOString();
    now = new Date('2026-11-24T10:00:00Z');
    await ask('/v1/exports/donations', `Bearer ${finance.key}`);
    now = new Date('2026-11-24T10:00:59Z');
    await ask('/v1/exports/donations', `Bearer ${finance.key}`);
    expect(await lastUsed()).toBe('2026-11-24T10:00:00.000Z');
    now = new Date('2026-11-24T10:01:01Z');
    await ask('/v1/exports/donations', `Bearer ${finance.key}`);
    expect(await lastUsed()).toBe('2026-11-24T10:01:01.000Z');
  });

  test('that is wrong very often slows down whoever tries, and nobody who has a right one', async () => {
    const statuses = new Set<number>();
    for (let turn = 0; turn < 100; turn += 1) {
      statuses.add((await ask('/v1/admin', wrong)).status);
    }
    expect([...statuses]).toEqual([401]);
    const slowed = await ask('/v1/admin', wrong);
    expect(slowed.status).toBe(429);
    expect(Number(slowed.headers['retry-after'])).toBeGreaterThan(0);
    expect((await ask('/v1/exports/donations', `Bearer ${finance.key}`)).status).toBe(200);
    expect((await ask('/v1/admin')).status).toBe(401);
  });
});
