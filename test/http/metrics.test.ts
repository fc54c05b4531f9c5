import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getMetrics } from '../../src/http/get-metrics.ts';
import { policies } from '../../src/http/policies.ts';
import { createMetrics } from '../../src/operations/metrics.ts';
import { createApiKey } from '../../src/staff/create-api-key.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { exportRows, giveOnce, pay } from '../support/reader.ts';
import { testConfig } from '../support/settings.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { edgeApp, edgeServices } from './edge-app.ts';

type Sample = { name: string; labels: Record<string, string>; value: number };

describe('the metrics', () => {
  let stand: Stand;
  let samples: Sample[];
  beforeAll(async () => {
    stand = await openStand();
    const gift = await giveOnce(stand, { amount: 2500, currency: 'eur', email: 'reader@example.net' });
    await pay(stand, gift, { email: 'reader@example.net' });
    await stand.settle();
    await exportRows(stand, 'donations');
    const { data } = (await (await fetch(`${stand.stripeUrl}/_sim/deliveries`)).json()) as { data: { id: string }[] };
    await stand.simulate(`deliveries/${data[0]!.id}/redeliver`);
    await fetch(`${stand.url}/webhooks/stripe`, { method: 'POST', body: '{}' });
    await fetch(`${stand.url}/nothing/of/ours`, { method: 'PROPFIND' });
    await stand.database.pool.query("insert into discrepancies (kind, object_id, detail) values ('amount', 'txn_1', 'off by 1')");
    samples = await scrape(stand.url);
  }, 60_000);
  afterAll(() => stand?.close());

  const value = (name: string, labels: Record<string, string> = {}) =>
    samples
      .filter((one) => one.name === name && Object.entries(labels).every(([key, text]) => one.labels[key] === text))
      .reduce<number | undefined>((sum, one) => (sum ?? 0) + one.value, undefined);

  test('count requests by route, method and class of status, with how long they took', () => {
    const gifts = { route: '/v1/donations', method: 'POST', status: '2xx' };
    expect(value('gratis_http_request_duration_seconds_count', gifts)).toBe(1);
    expect(value('gratis_http_request_duration_seconds_bucket', { ...gifts, le: '+Inf' })).toBe(1);
    expect(value('gratis_http_request_duration_seconds_count', { route: 'none', method: 'other', status: '4xx' })).toBe(1);
  });

  test('count webhooks by what became of them', () => {
    expect(value('gratis_webhook_duration_seconds_count', { outcome: 'stored' })).toBeGreaterThan(2);
    expect(value('gratis_webhook_duration_seconds_count', { outcome: 'duplicate' })).toBe(1);
    expect(value('gratis_webhook_duration_seconds_count', { outcome: 'refused' })).toBe(1);
    expect(value('gratis_inbox_events_ended_total', { state: 'done' })).toBeGreaterThan(2);
  });

  test('count jobs, sweeps, questions to Stripe, mails and exports', () => {
    // Twice where the payment was read before its page: reading that stages it again.
    expect(value('gratis_job_duration_seconds_count', { job: 'write-receipt', outcome: 'done' })).toBeGreaterThan(0);
    expect(value('gratis_sweep_duration_seconds_count', { sweep: 'expire-checkouts', outcome: 'done' })).toBeGreaterThan(0);
    expect(value('gratis_stripe_duration_seconds_count', { operation: 'createCheckout', outcome: 'answered' })).toBe(1);
    expect(value('gratis_mails_total', { kind: 'receipt', outcome: 'sent' })).toBe(1);
    expect(value('gratis_export_runs_total', { report: 'donations', outcome: 'finished' })).toBe(1);
    expect(value('gratis_export_rows_total', { report: 'donations' })).toBe(1);
  });

  test('tell what waits in the database, and how long', () => {
    expect(value('gratis_database_up')).toBe(1);
    expect(value('gratis_inbox_events', { state: 'pending' })).toBe(0);
    expect(value('gratis_inbox_events', { state: 'dead' })).toBe(0);
    expect(value('gratis_inbox_oldest_seconds', { state: 'pending' })).toBe(0);
    expect(value('gratis_mails_unsent')).toBe(0);
    expect(value('gratis_differences_open')).toBe(1);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(1_000_000);
  });

  test('name nothing but routes, jobs and states of ours', () => {
    const known = new Set([...Object.keys(policies).map((name) => name.split(' ')[1]), 'none']);
    expect(samples.filter(({ labels }) => labels.route !== undefined && !known.has(labels.route))).toEqual([]);
    const own = samples.filter(({ name }) => name.startsWith('gratis_'));
    const odd = own
      .flatMap(({ labels }) => Object.entries(labels))
      .filter(([, text]) => !/^[a-z0-9A-Z/{}._+-]{1,60}$/.test(text));
    expect(odd).toEqual([]);
    expect(own.length).toBeLessThan(2000);
  });

  test('are told without the database too, and do not show what was', async () => {
    await stand.database.setReachable(false);
    try {
      samples = await scrape(stand.url);
      expect(value('gratis_database_up')).toBe(0);
      expect(value('gratis_inbox_events')).toBeUndefined();
      expect(value('gratis_differences_open')).toBeUndefined();
      expect(value('gratis_stripe_duration_seconds_count', { operation: 'createCheckout' })).toBe(1);
    } finally {
      await stand.database.setReachable(true);
    }
  });
});

describe('who may see the metrics', () => {
  let database: TestDatabase;
  const closing: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(async () => {
    for (const close of closing) await close();
    await database.close();
  });

  const ask = async (trustProxy: string, headers: Record<string, string>) => {
    const services = edgeServices(database.url, { config: testConfig({ TRUST_PROXY: trustProxy }), metrics: createMetrics() });
    closing.push(services.close);
    return { services, answer: await request(edgeApp(services, getMetrics)).get('/metrics').set(headers) };
  };

  test.each([
    ['0', {}, 200],
    ['0', { 'X-Forwarded-For': '10.0.0.7' }, 401],
    ['0', { Forwarded: 'for=10.0.0.7' }, 401],
    ['1', { 'X-Forwarded-For': '203.0.113.9' }, 401],
    ['1', { 'X-Forwarded-For': '10.0.0.7, 203.0.113.9' }, 401],
    ['1', { 'X-Forwarded-For': '2001:db8::1' }, 401],
    ['1', { 'X-Forwarded-For': '10.0.0.7' }, 200],
    ['1', { 'X-Forwarded-For': '::ffff:192.168.1.7' }, 200],
    ['1', { 'X-Forwarded-For': 'fd00::7' }, 200],
    ['1', {}, 200],
  ])('behind %s proxies, with %j: %i', async (trustProxy, headers, status) => {
    expect((await ask(trustProxy, headers as Record<string, string>)).answer.status).toBe(status);
  });

  test('from elsewhere it takes the API key of an admin', async () => {
    const { services } = await ask('0', {});
    for (const [role, status] of [
      ['finance', 403],
      ['admin', 200],
    ] as const) {
      const { key } = await createApiKey(services, { name: 'Monitoring', role });
      expect((await ask('0', { Via: '1.1 proxy', Authorization: `Bearer ${key}` })).answer.status).toBe(status);
    }
  });
});

/** Prometheus' text format, line by line; throws for a line that is none. */
async function scrape(url: string): Promise<Sample[]> {
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await answer.text()).split('\n').filter((line) => line && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name, labels = '', value] = /^([a-z_:A-Z0-9]+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (!name || Number.isNaN(Number(value))) throw new Error(`no sample: ${line}`);
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text]);
    return { name, labels: Object.fromEntries(pairs), value: Number(value) };
  });
}
