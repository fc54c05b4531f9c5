import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getLists } from '../../src/http/get-lists.ts';
import { lists } from '../../src/lists/lists.ts';
import { createApiKey } from '../../src/staff/create-api-key.ts';
import { edgeApp, edgeServices } from '../http/edge-app.ts';
import { keepBooks } from '../support/books.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { bookASpring, quay } from '../support/story-of-a-spring.ts';

type Page = { data: Record<string, unknown>[]; totals: Record<string, unknown>[]; next_cursor: string | null };

let database: TestDatabase;
let services: ReturnType<typeof edgeServices>;
let app: ReturnType<typeof edgeApp>;
let key: string;
beforeAll(async () => {
  database = await openTestDatabase();
  services = edgeServices(database.url);
  app = edgeApp(services, ...getLists);
  key = (await createApiKey(services, { name: 'Treasurer', role: 'finance' })).key;
  await bookASpring(keepBooks(database.db));
  await database.pool.query(`
    insert into votes (day, visitor_hash, article_url, helpful, voted_at)
    select '2026-04-01', decode(md5(n::text), 'hex'), '${quay}', n % 2 = 0, '2026-04-01T12:00:00Z' from generate_series(1, 5) n;
    insert into signups (id, email, email_key, frequency, offers, status, consent_text, requested_at, confirmation_asked_at)
    values ('sgn_1', 'a@example.net', 'a@example.net', 'daily', false, 'confirmed', 'Yes', now(), now());
    insert into inbox_events (id, type, subject, state, livemode, created_at, due_at)
    select 'evt_' || n, 'charge.updated', 'pi_1', 'done', false, now(), now() from generate_series(1, 3) n;
    insert into disputes (id, stripe_charge_id, status, reason, currency, amount_minor, created_at)
    values ('du_1', 'ch_1', 'lost', 'fraudulent', 'eur', 500, now());
    insert into payouts (id, status, currency, amount_minor, automatic, reconciliation_status, arrival_on, created_at)
    values ('po_1', 'paid', 'eur', 2000, true, 'completed', '2026-06-12', now()), ('po_2', 'paid', 'eur', 70, true, 'completed', '2026-06-12', now())`);
});
afterAll(async () => {
  await services.close();
  await database.close();
});

const get = (path: string) => request(app).get(`/v1/admin/${path}`).set('Authorization', `Bearer ${key}`);
const read = async (path: string): Promise<Page> => {
  const answer = await get(path);
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  return answer.body;
};

async function readAll(path: string): Promise<Page[]> {
  const pages = [await read(path)];
  for (let cursor = pages[0]!.next_cursor; cursor; cursor = pages.at(-1)!.next_cursor) {
    pages.push(await read(`${path}&cursor=${cursor}`));
  }
  return pages;
}

describe('the lists of staff', () => {
  test.each(Object.keys(lists))('%s gives the same rows page by page as at once, under the same sums', async (name) => {
    const whole = await read(`${name}?limit=100`);
    const pages = await readAll(`${name}?limit=2`);
    expect(whole.data.length).toBeGreaterThan(0);
    expect(whole.next_cursor).toBeNull();
    expect(pages.flatMap(({ data }) => data)).toEqual(whole.data);
    for (const { data, totals } of pages) {
      expect(data.length).toBeLessThanOrEqual(2);
      expect(totals).toEqual(whole.totals);
    }
    const count = whole.totals.reduce((sum, { count }) => sum + Number(count), 0);
    expect(count).toBe(whole.data.length);
  });

  test('of gifts go by when they were paid, in the newsroom’s days, unless another basis is named', async () => {
    const march = await read('donations?from=2026-03-01&before=2026-04-01');
    expect(march.data.map(({ amount }) => amount)).toEqual([2500, 1000]);
    expect(march.totals).toEqual([
      { currency: 'eur', settlement_currency: 'eur', count: 2, amount: 3500, gross: 3500, fee: 103, net: 3397, refunded: 1300 },
    ]);
    expect((await read('donations?basis=created&status=pending')).data).toHaveLength(1);
    expect((await read('donations?status=pending')).data).toEqual([]);
    expect((await read('donations?basis=payout')).data).toEqual([]);
    expect((await read('donations?basis=available&currency=JPY')).data).toMatchObject([
      { amount: 1500, gross: 1500, available_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) },
    ]);
    expect((await read('donations?campaign=none')).totals).toEqual([]);
  });

  test.each([quay, `${quay}/`, `${quay}?from=mail`, `${quay.replace('www', 'WWW')}/?page=2#comments`])(
    'of an article are of all of it, however its address was written: %s',
    async (article) => {
      const about = `article=${encodeURIComponent(article)}`;
      expect((await read(`donations?${about}`)).data.map(({ amount }) => amount)).toEqual([2000, 500, 1000]);
      expect((await read(`votes?${about}`)).data).toHaveLength(5);
      expect((await read(`refunds?${about}`)).data).toHaveLength(2);
      expect((await read(`signups?${about}`)).data).toEqual([]);
    },
  );

  test('of an article are found along an index', async () => {
    const client = await database.pool.connect();
    try {
      await client.query('begin; set local enable_seqscan = off');
      const { rows } = await client.query(`explain select id from donations
        where article_key(article_url) = article_key('${quay}') or article_id = '${quay}'`);
      expect(JSON.stringify(rows)).toMatch(/donations_article\b.*donations_article_id/);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('of everything else take what they have', async () => {
    expect((await read('refunds?status=failed')).data).toMatchObject([
      { amount: 700, currency: 'eur', donation_id: expect.any(String) },
    ]);
    const { totals } = await read('refunds?currency=eur');
    expect(totals).toMatchObject([{ currency: 'eur', count: 3, amount: 1300 }]); // 7.00 more failed, and did not go back
    const [first] = (await read('journals?currency=bhd')).data as [{ entries: { amount: number }[] }];
    expect(first.entries.reduce((sum, { amount }) => sum + amount, 0)).toBe(0);
    expect((await read('payouts?from=2026-06-12&before=2026-06-13')).data.map(({ id }) => id)).toEqual(['po_2', 'po_1']);
    expect((await read('votes?article=elsewhere')).data).toEqual([]);
    expect((await read('signups?status=left')).data).toEqual([]);
  });

  test.each([
    ['donations?limit=101', '/limit'],
    ['donations?limit=0', '/limit'],
    ['donations?from=2026-02-30', '/from'],
    ['donations?from=2026-02-02&before=2026-02-02', '/before'],
    ['donations?basis=whim', '/basis'],
    ['donations?status=requested', '/status'],
    ['donations?currency=xxx', '/currency'],
    ['donations?surprise=1', '/surprise'],
    ['donations?campaign=a&campaign=b', '/campaign'],
    ['donors?currency=eur', '/currency'],
    ['donations?cursor=x', '/cursor'],
    [`donations?cursor=${Buffer.from('{"of":"x","key":"1; drop"}').toString('base64url')}`, '/cursor'],
  ])('%s is refused, and it is said why', async (path, pointer) => {
    const answer = await get(path);
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toMatchObject([{ pointer }]);
  });

  test('take no day that never was', async () => {
    for (const day of ['0000-01-01', '2026-02-30', 'yesterday']) {
      expect((await get(`donations?from=${day}`)).status).toBe(422);
    }
    expect((await get('donations?from=0001-01-01')).status).toBe(200);
  });

  test('take no cursor of another list, or of other filters', async () => {
    const { next_cursor } = await read('donations?limit=1');
    for (const path of [`donations?limit=1&status=succeeded&cursor=${next_cursor}`, `refunds?cursor=${next_cursor}`]) {
      expect((await get(path)).status).toBe(422);
    }
    expect((await read(`donations?limit=5&cursor=${next_cursor}`)).data).toHaveLength(5);
  });
});
