import request from 'supertest';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { eventually } from '../support/eventually.ts';
import { testConfig } from '../support/settings.ts';
import { edgeApp, edgeServices, routeOf } from './edge-app.ts';

let lines: string[] = [];
const services = edgeServices('postgres://nobody@127.0.0.1:1/none', {
  config: testConfig({ TRUST_PROXY: '1' }),
  log: createLog('debug', { write: (line) => lines.push(line) }),
});
beforeEach(() => {
  lines = [];
});
afterAll(() => services.close());

const app = edgeApp(
  services,
  routeOf('GET /livez', undefined, () => Promise.reject(new Error('donor@example.com is broke'))),
  routeOf('GET /v1/widget-config', undefined, () => 'settings'),
);

describe('the log', () => {
  test('names the route and how it went, never the address, the source or what was sent', async () => {
    const secrets = {
      'X-Forwarded-For': '192.0.2.77',
      'User-Agent': 'secret-agent',
      Authorization: 'Bearer secret-key',
      Cookie: 'secret=1',
    };
    await request(app).get('/v1/widget-config?article=secret-article').set(secrets).set('X-Request-Id', 'r-1');
    await request(app).get('/stop/secret-token').set(secrets);
    const [config, stop] = await eventually(() => {
      expect(lines).toHaveLength(2);
      return lines.map((line) => JSON.parse(line));
    });
    expect(config).toMatchObject({
      msg: 'request',
      requestId: 'r-1',
      method: 'GET',
      route: 'GET /v1/widget-config',
      status: 200,
      outcome: 'answered',
    });
    expect(config.durationMs).toBeGreaterThanOrEqual(0);
    expect(stop).toMatchObject({ route: 'none', status: 404 });
    expect(lines.join('')).not.toMatch(/secret|192\.0\.2/);
  });

  test('tells where an unexpected error was thrown, without its words', async () => {
    await request(app).get('/livez');
    const failed = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg === 'request failed');
    expect(failed).toMatchObject({ code: 'unexpected', route: 'GET /livez', error: 'Error' });
    expect(lines.join('')).not.toContain('donor');
  });
});
