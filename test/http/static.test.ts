import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getAssets } from '../../src/http/get-assets.ts';
import { getSandbox } from '../../src/http/get-sandbox.ts';
import { getWidgetScript } from '../../src/http/get-widget-script.ts';
import { testConfig } from '../support/settings.ts';
import { edgeApp, edgeServices } from './edge-app.ts';

const services = edgeServices('postgres://nobody@127.0.0.1:1/none');
const app = () => edgeApp(services, getWidgetScript, getAssets, getSandbox);
const dist = new URL('../../dist/', import.meta.url);
const made: URL[] = [];

beforeAll(async () => {
  await mkdir(dist, { recursive: true });
  for (const name of ['widget.js', 'pages.css', 'pages.js']) {
    const file = new URL(name, dist);
    const isBuilt = await stat(file).then(
      () => true,
      () => false,
    );
    if (!isBuilt) {
      await writeFile(file, '/* stands in for a build */');
      made.push(file);
    }
  }
});
afterAll(async () => {
  await Promise.all(made.map((file) => rm(file)));
  await services.close();
});

describe('the widget', () => {
  test('is a module that any site may load, without a database', async () => {
    const answer = await request(app()).get('/widget.js');
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'cache-control': 'public, no-cache',
      'x-content-type-options': 'nosniff',
    });
  });

  test('is not sent again to who has it already', async () => {
    const first = await request(app()).get('/widget.js');
    expect(first.headers.etag).toMatch(/^"[\w-]{43}"$/);
    const again = await request(app()).get('/widget.js').set('If-None-Match', first.headers.etag!);
    expect([again.status, again.text]).toEqual([304, '']);
    expect(again.headers['access-control-allow-origin']).toBe('*');
    const older = await request(app()).get('/widget.js').set('If-None-Match', '"older"');
    expect(older.status).toBe(200);
  });

  test('answers HEAD with its length and takes no other method', async () => {
    const head = await request(app()).head('/widget.js');
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
    expect((await request(app()).post('/widget.js')).status).toBe(405);
  });
});

describe('what our pages need', () => {
  test.each([
    ['pages.css', 'text/css; charset=utf-8'],
    ['pages.js', 'text/javascript; charset=utf-8'],
  ])('%s is served to them', async (file, type) => {
    const answer = await request(app()).get(`/assets/${file}`);
    expect(answer.headers['content-type']).toBe(type);
    expect(answer.headers.etag).toBeDefined();
  });

  test.each(['widget.js', '..%2fpackage.json', '%2e%2e%2fpackage.json', 'pages.css%00', 'constructor'])(
    '%s is not',
    async (file) => {
      expect((await request(app()).get(`/assets/${file}`)).status).toBe(404);
    },
  );
});

describe("the demo's facts", () => {
  test('are told in a demo only', async () => {
    expect((await request(app()).get('/sandbox.json')).status).toBe(404);
    const demo = edgeServices('postgres://nobody@127.0.0.1:1/none', { config: { ...testConfig(), demo: { finance_key: 'k' } } });
    expect((await request(edgeApp(demo, getSandbox)).get('/sandbox.json')).body).toEqual({ finance_key: 'k' });
    await demo.close();
  });
});
