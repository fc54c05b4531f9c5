import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { giveOnce, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

describe('a finance export', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand();
  });
  afterAll(() => stand?.close());
  const get = (path: string, key = stand.financeKey) =>
    fetch(`${stand.url}${path}`, { headers: { authorization: `Bearer ${key}` } });

  test('is refused to everybody without the finance role, before anything else is looked at', async () => {
    expect((await fetch(`${stand.url}/v1/exports/ledger`)).status).toBe(401);
    expect((await get('/v1/exports/ledger', 'gratis_wrong')).status).toBe(401);
    expect((await fetch(`${stand.url}/v1/exports/nothing-like-it`)).status).toBe(401);
    expect((await fetch(`${stand.url}/v1/admin/anything`)).status).toBe(401);
  });

  test('ties to the ledger, and its run keeps rows, totals, differences and hash', async () => {
    for (const [amount, currency] of [
      [750, 'eur'],
      [500, 'jpy'],
      [1999, 'usd'],
    ] as const) {
      await pay(stand, await giveOnce(stand, { amount, currency }), { email: `${currency}@example.net` });
    }
    await stand.settle();
    const response = await get('/v1/exports/ledger?format=csv');
    const body = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toMatch(/attachment; filename=".*\.csv"/);
    expect(response.headers.get('x-books-differences')).toBe('0');

    const run = (await (await get(`/v1/export-runs/${response.headers.get('x-export-run')}`)).json()) as Record<string, unknown>;
    expect(run).toMatchObject({ report: 'ledger', rows: 9, sha256: createHash('sha256').update(body).digest('hex') });
  });
});
