import { createHash } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getExport } from '../../src/http/get-export.ts';
import { getExportRun } from '../../src/http/get-export-run.ts';
import { mountRoute } from '../../src/http/mount.ts';
import { handleProblems } from '../../src/http/problem.ts';
import { silentLog } from '../../src/log.ts';
import type { Services } from '../../src/services.ts';
import { createApiKey } from '../../src/staff/create-api-key.ts';
import { eventually } from '../support/eventually.ts';
import { addManyGifts, type ExportDesk, openExportDesk } from '../support/exports.ts';
import { testConfig } from '../support/settings.ts';

type Problem = { title: string; errors?: { pointer: string }[] };

describe('GET /v1/exports/{report}', () => {
  let desk: ExportDesk;
  let server: http.Server;
  let url: string;
  let key: string;
  beforeAll(async () => {
    desk = await openExportDesk();
    const services = { ...desk.services, config: testConfig(), log: silentLog } as Services;
    key = (await createApiKey(services, { name: 'Treasurer', role: 'finance' })).key;
    const app = express().set('query parser', 'simple');
    mountRoute(app, services, getExport);
    mountRoute(app, services, getExportRun);
    handleProblems(app, services);
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await desk.books.gift({
      campaign: 'spring',
      paidAt: '2026-04-10T10:00:00Z',
      amount: 2500n,
      article: { url: 'https://www.example.org/ä' },
    });
    await addManyGifts(desk.database, 50_000);
  });
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await desk.close();
  });

  const get = (path: string, options: RequestInit = {}) =>
    fetch(url + path, { headers: { authorization: `Bearer ${key}` }, ...options });

  test('answers a file, and its run tells how it went', async () => {
    const response = await get('/v1/exports/donations?from=2026-04-01&before=2026-05-01&campaign=spring');
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="donations-from-2026-04-01-before-2026-05-01.csv"',
    );
    expect(response.headers.get('x-books-differences')).toBe('0');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(body.toString()).toContain(',25.00,');

    const run = (await (await get(`/v1/export-runs/${response.headers.get('x-export-run')}`)).json()) as Record<string, unknown>;
    expect(run).toMatchObject({
      ...{
        report: 'donations',
        format: 'csv',
        status: 'finished',
        rows: 1,
        bytes: body.length,
        differences: 0,
        books_differences: [],
      },
      sha256: createHash('sha256').update(body).digest('hex'),
      filters: { from: '2026-04-01', before: '2026-05-01', campaign: 'spring', basis: 'paid', tz: 'Europe/Berlin' },
      totals: [
        { currency: 'eur', settlement_currency: 'eur', count: 1, amount: 2500, gross: 2500, fee: 125, net: 2375, refunded: 0 },
      ],
      asked_by: expect.stringMatching(/^key_/),
      failed_at: null,
    });
  });

  test('asks for credentials before anything else', async () => {
    for (const path of ['/v1/exports/donations?from=nonsense', '/v1/exports/nothing', '/v1/export-runs/exp_nothing']) {
      expect((await fetch(url + path)).status).toBe(401);
      expect((await get(path, { headers: { authorization: 'Bearer gratis_wrong' } })).status).toBe(401);
    }
  });

  test('does not know reports and runs that there are not', async () => {
    for (const path of [
      '/v1/exports/nothing',
      '/v1/exports/nothing?from=nonsense',
      '/v1/exports/__proto__',
      '/v1/export-runs/exp_nothing',
    ]) {
      const response = await get(path);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    }
  });

  test.each([
    ['/v1/exports/donations?as_of=5&cursor=3', ['/as_of', '/cursor']],
    ['/v1/exports/signups?cursor=3', ['/cursor']],
    ['/v1/exports/donations?from=2026-02-30&format=xlsx', ['/from', '/format']],
    ['/v1/exports/donations?campaign=a&campaign=b', ['/campaign']],
    ['/v1/exports/donations?campaign=a%00b', ['/campaign']],
    ['/v1/exports/donations?tz=Nowhere/Land', ['/tz']],
  ])('refuses %s and points at what is wrong', async (path, pointers) => {
    const response = await get(path);
    expect(response.status).toBe(422);
    expect(((await response.json()) as Problem).errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    expect(response.headers.get('content-disposition')).toBeNull();
  });

  test('lists in its run the differences that stood, and those alone', async () => {
    const insert = 'insert into discrepancies (kind, object_id, detail, found_at, resolved_at) values ($1, $2, $3, $4, $5)';
    const [old, late] = [new Date('2026-01-01'), new Date('2090-01-01')];
    await desk.database.pool.query(insert, ['charge', 'ch_1', 'is not in the books', old, null]);
    await desk.database.pool.query(insert, ['charge', 'ch_2', 'was explained', old, old]);
    const response = await get('/v1/exports/ledger');
    await response.text();
    expect(response.headers.get('x-books-differences')).toBe('1');
    await desk.database.pool.query(insert, ['charge', 'ch_3', 'came later', late, null]);
    const run = (await (await get(`/v1/export-runs/${response.headers.get('x-export-run')}`)).json()) as Record<string, unknown>;
    expect(run).toMatchObject({
      differences: 1,
      books_differences: [{ kind: 'charge', object_id: 'ch_1', detail: 'is not in the books' }],
    });
    await desk.database.pool.query('delete from discrepancies');
  });

  test('gives its connection back where the client hangs up', async () => {
    const request = http.get(`${url}/v1/exports/donations`, { headers: { authorization: `Bearer ${key}` } });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    const runId = response.headers['x-export-run'];
    await once(response, 'data');
    response.destroy();
    await eventually(async () => {
      const run = await desk.database.db
        .selectFrom('export_runs')
        .select('failed_at')
        .where('id', '=', runId as string)
        .executeTakeFirst();
      expect(run?.failed_at).toBeInstanceOf(Date);
      const busy =
        "select from pg_stat_activity where datname = current_database() and application_name = 'gratis-export' and state <> 'idle'";
      expect((await desk.database.pool.query(busy)).rowCount).toBe(0);
    });
    const run = (await (await get(`/v1/export-runs/${runId}`)).json()) as Record<string, unknown>;
    expect(run).toMatchObject({ status: 'failed', sha256: null, rows: null });
  });

  test('answers a problem, not half a file, where the database fails before the first byte', async () => {
    await desk.database.pool.query('alter table signups rename to elsewhere');
    const response = await get('/v1/exports/signups');
    await desk.database.pool.query('alter table elsewhere rename to signups');
    expect(response.status).toBe(500);
    expect(((await response.json()) as Problem).title).toBe('Unexpected error');
    expect(response.headers.get('x-export-run')).toBeNull();
  });

  test('runs nothing for a HEAD', async () => {
    const count = 'select count(*) as runs from export_runs';
    const before = (await desk.database.pool.query(count)).rows[0].runs;
    const response = await get('/v1/exports/ledger', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect((await desk.database.pool.query(count)).rows[0].runs).toBe(before);
  });
});
