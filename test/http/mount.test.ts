import net from 'node:net';
import express from 'express';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mountRoute } from '../../src/http/mount.ts';
import { defineRoute } from '../../src/http/route.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { edgeApp, edgeServices, routeOf, undescribed, withServer } from './edge-app.ts';

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

const votes = () =>
  edgeApp(
    services,
    routeOf('PUT /v1/votes', undefined, () => 'counted'),
  );

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
    const taken = await request(votes()).put('/v1/votes').set('X-Request-Id', 'proxy-1.a').send({});
    expect(taken.headers['x-request-id']).toBe('proxy-1.a');
    const drawn = await request(votes()).put('/v1/votes').set('X-Request-Id', 'a b@c').send({});
    expect(drawn.headers['x-request-id']).toMatch(/^req_[0-9a-f]{32}$/);
  });

  test('works on when the client has gone, and the service answers the next one', async () => {
    const gone = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    let hits = 0;
    const route = defineRoute({
      ...undescribed,
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
      ...undescribed,
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
