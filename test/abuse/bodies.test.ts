import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStand, type Stand } from '../support/stand.ts';

const longestMs = 50;
/** A busy machine may keep a request waiting that the service would have refused at once. */
const mostTries = 10;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand({ environment: { JOBS: 'off' } });
  await fetch(`${stand.url}/donate`); // whoever reads pages is counted once, whatever they send
  await fetch(`${stand.url}/v1/votes`, {
    method: 'PUT',
    headers: json,
    body: JSON.stringify({ article: { url: 'https://www.example.org/' }, helpful: true }),
  });
});
afterAll(() => stand.close());

const json = { 'Content-Type': 'application/json' };
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
const deep = (open: string, close: string, times: number) => open.repeat(times) + close.repeat(times);
const bomb = (text: string) => gzipSync(Buffer.alloc(20_000_000, text));

type Body = { body: string | Buffer; headers: Record<string, string> };

const plain = (body: string): Body => ({ body, headers: json });
const withGift = (more: string) => plain(`{"amount":500,"currency":"eur",${more}}`);

/** Bodies that no JSON route takes, whatever it is for. */
const hostile: Record<string, Body> = {
  'nothing at all': plain(''),
  'no object': plain('[]'),
  null: plain('null'),
  'a number': plain('1e308'),
  'half an object': plain('{"amount":500,"currency":"eur"'),
  'one that is too large': plain(`{"amount":500,"message":"${'a'.repeat(20_000)}"}`),
  'a megabyte': plain(`{"amount":500,"message":"${'a'.repeat(1_000_000)}"}`),
  'arrays in arrays': plain(deep('[', ']', 8000)),
  'objects in objects': plain(`${'{"article":'.repeat(1400)}1${'}'.repeat(1400)}`),
  'depth in a field': withGift(`"article":${'{"url":'.repeat(1800)}1${'}'.repeat(1800)}`),
  'very many fields': withGift(Array.from({ length: 1200 }, (_, number) => `"f${number}":1`).join()),
  'a prototype': withGift('"__proto__":{"isAdmin":true}'),
  'a prototype in a field': withGift('"article":{"url":"https://www.example.org/","__proto__":{"title":"x"}}'),
  'a constructor': withGift('"constructor":{"prototype":{"isAdmin":true}}'),
  'text for an amount': plain('{"amount":"500","currency":"eur"}'),
  'a fraction': plain('{"amount":1.5,"currency":"eur"}'),
  'an amount beyond all numbers': plain('{"amount":1e400,"currency":"eur"}'),
  'a negative amount': plain('{"amount":-500,"currency":"eur"}'),
  'lists for texts': withGift('"name":["a"],"email":["a@example.com"],"campaign":{"a":1}'),
  'a list for an amount': plain('{"amount":[500],"currency":["eur"]}'),
  'a NUL character': withGift('"message":"a\\u0000b"'),
  'half a character': withGift('"email":"\\ud800@example.com"'),
  'bytes that are no text': { body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), headers: json },
  'another character set': {
    body: Buffer.from('{}', 'utf16le'),
    headers: { 'Content-Type': 'application/json; charset=utf-16' },
  },
  gzip: { body: gzipSync('{"amount":500,"currency":"eur"}'), headers: { ...json, 'Content-Encoding': 'gzip' } },
  'a gzip bomb': { body: bomb('a'), headers: { ...json, 'Content-Encoding': 'gzip' } },
  'a bomb that is said to be deflated': { body: bomb('['), headers: { ...json, 'Content-Encoding': 'deflate' } },
  'an encoding that nobody knows': { body: '{}', headers: { ...json, 'Content-Encoding': 'zstd, br' } },
  XML: { body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', headers: { 'Content-Type': 'text/xml' } },
  'a form where JSON is wanted': { body: 'amount=500&currency=eur', headers: form },
  'text where JSON is wanted': { body: '{"amount":500,"currency":"eur"}', headers: { 'Content-Type': 'text/plain' } },
};

const hostileForms: Record<string, Body> = {
  'nothing chosen': { body: 'amount_once=own&interval=once', headers: form },
  'too many fields': { body: Array.from({ length: 500 }, (_, number) => `f${number}=1`).join('&'), headers: form },
  'too large': { body: `own_amount=${'9'.repeat(70_000)}`, headers: form },
  'a prototype': { body: '__proto__[interval]=once&constructor[prototype][x]=1&amount_once=own', headers: form },
  'nested fields': { body: `a${'[a]'.repeat(5000)}=1&amount_once=own`, headers: form },
  'an amount beyond all numbers': { body: `amount_once=own&own_amount=${'9'.repeat(400)}`, headers: form },
  'a bomb': { body: bomb('a'), headers: { ...form, 'Content-Encoding': 'gzip' } },
  'JSON where a form is wanted': plain('{"amount_once":"750"}'),
};

const jsonRoutes = ['POST /v1/donations', 'POST /v1/subscriptions', 'POST /v1/newsletter-signups', 'PUT /v1/votes'];

/** Sends it; answers the status and how long it took. */
async function send(route: string, { body, headers }: Body): Promise<{ status: number; ms: number }> {
  const [method = '', path = ''] = route.split(' ');
  const began = performance.now();
  const sent = { method, headers: { ...headers, 'Idempotency-Key': crypto.randomUUID() }, body: body as BodyInit };
  const answer = await fetch(`${stand.url}${path}`, sent);
  await answer.arrayBuffer();
  return { status: answer.status, ms: performance.now() - began };
}

/** How many rows each table has. */
async function countRows(): Promise<Record<string, number>> {
  const { rows } = await stand.database.pool.query(`
    select table_schema || '.' || table_name as name,
      (xpath('/row/n/text()', query_to_xml(format('select count(*) as n from %I.%I', table_schema, table_name), false, true, '')))[1]::text as count
    from information_schema.tables
    where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE' order by 1`);
  return Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)]));
}

async function refuse(route: string, body: Body): Promise<void> {
  let fastestMs = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < mostTries && fastestMs > longestMs; turn += 1) {
    const { status, ms } = await send(route, body);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(500);
    fastestMs = Math.min(fastestMs, ms);
  }
  expect(fastestMs).toBeLessThanOrEqual(longestMs);
}

describe('a body that nobody should send', () => {
  test.each(jsonRoutes)('%s refuses at once, and nothing is stored', async (route) => {
    const before = await countRows();
    expect(Object.keys(before).length).toBeGreaterThan(20);
    for (const [what, body] of Object.entries(hostile)) {
      await refuse(route, body).catch((error) => {
        throw new Error(`${what}: ${error.message}`, { cause: error });
      });
    }
    expect(await countRows()).toEqual(before);
    expect(({} as { isAdmin?: unknown }).isAdmin).toBeUndefined();
  });

  test('POST /donate refuses at once, and nothing is stored', async () => {
    const before = await countRows();
    for (const [what, body] of Object.entries(hostileForms)) {
      await refuse('POST /donate', body).catch((error) => {
        throw new Error(`${what}: ${error.message}`, { cause: error });
      });
    }
    expect(await countRows()).toEqual(before);
  });

  test('POST /webhooks/stripe refuses at once what is not signed, whatever it is', async () => {
    const before = await countRows();
    const signed = { 'Stripe-Signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` };
    for (const body of Object.values(hostile)) {
      await refuse('POST /webhooks/stripe', body);
      await refuse('POST /webhooks/stripe', { ...body, headers: { ...body.headers, ...signed } });
    }
    expect(await countRows()).toEqual(before);
  });

  test('leads nowhere behind a token that is not ours', async () => {
    const before = await countRows();
    for (const path of ['/stop/', '/newsletter/confirm/', '/newsletter/leave/']) {
      for (const token of [
        'x',
        'a.b',
        '%00',
        '..%2f..%2fdonate',
        'x'.repeat(4000),
        '__proto__',
        `${'a'.repeat(40)}.${'b'.repeat(32)}`,
      ]) {
        await refuse(`POST ${path}${token}`, { body: 'a=1', headers: form });
      }
    }
    expect(await countRows()).toEqual(before);
  });
});
