import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getLivez } from '../../src/http/get-livez.ts';
import { getReadyz } from '../../src/http/get-readyz.ts';
import { putVote } from '../../src/http/put-vote.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { testConfig } from '../support/settings.ts';
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

const app = () =>
  edgeApp(
    services,
    putVote,
    getLivez,
    getReadyz,
    routeOf('GET /thanks/{id}', undefined, () => 'thanks'),
  );
const vote = () =>
  request(app())
    .put('/v1/votes')
    .send({ article: { url: 'https://www.example.org/' }, helpful: true });

describe('while Postgres is away', () => {
  test('everything that needs it says when to come again, and works by itself when it is back', async () => {
    expect((await vote()).status).toBe(200);
    expect((await request(app()).get('/readyz')).body).toEqual({ status: 'ok' });
    await database.setReachable(false);
    const refused = await vote();
    expect(refused.status).toBe(503);
    expect(refused.body.type).toMatch(/\/database-unavailable$/);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(refused.text).not.toMatch(/postgres|accepting|test_/i);
    const page = await request(app()).get('/thanks/don_1');
    expect([page.status, page.headers['content-type']]).toEqual([503, 'text/html; charset=utf-8']);
    expect(
      (
        await request(app())
          .get('/v1/admin')
          .set('Authorization', `Bearer gratis_${'a'.repeat(43)}`)
      ).status,
    ).toBe(503);
    expect((await request(app()).get('/livez')).status).toBe(200);
    const unready = await request(app()).get('/readyz');
    expect([unready.status, unready.body.detail]).toEqual([503, 'Not ready: database.']);
    await database.setReachable(true);
    expect((await vote()).status).toBe(200);
    expect((await request(app()).get('/readyz')).status).toBe(200);
  });

  test('an address where nobody listens is the same', async () => {
    const nowhere = edgeServices('postgres://nobody@127.0.0.1:1/none');
    const answer = await request(edgeApp(nowhere, putVote))
      .put('/v1/votes')
      .send({ article: { url: 'https://www.example.org/' }, helpful: true });
    expect(answer.status).toBe(503);
    expect(answer.body.type).toMatch(/\/database-unavailable$/);
    await nowhere.close();
  });
});

describe('readiness', () => {
  test('needs every migration', async () => {
    const { rows } = await database.pool.query(
      'delete from gratis_migrations where name = (select max(name) from gratis_migrations) returning *',
    );
    const unready = await request(app()).get('/readyz');
    expect([unready.status, unready.body.detail]).toEqual([503, 'Not ready: migrations.']);
    await database.pool.query('insert into gratis_migrations (name, timestamp) values ($1, $2)', [
      rows[0].name,
      rows[0].timestamp,
    ]);
    expect((await request(app()).get('/readyz')).status).toBe(200);
  });

  test('in a demo needs everything around it, too', async () => {
    const part: Server = createServer((_request, response) => response.writeHead(404).end()).listen(0, '127.0.0.1');
    await new Promise((resolve) => part.once('listening', resolve));
    const up = `http://127.0.0.1:${(part.address() as AddressInfo).port}`;
    const demo = edgeServices(database.url, {
      config: { ...testConfig(), demo: { stripe: up, mailbox: up, article: `${up}/a`, database: 'x' } },
    });
    expect((await request(edgeApp(demo, getReadyz)).get('/readyz')).status).toBe(200);
    await new Promise((resolve) => part.close(resolve));
    expect((await request(edgeApp(demo, getReadyz)).get('/readyz')).body.detail).toBe('Not ready: stripe, mailbox, article.');
    await demo.close();
  });
});
