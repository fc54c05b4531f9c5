import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../src/app.ts';
import { lists } from '../../src/lists/lists.ts';
import { signLink } from '../../src/signed-link.ts';
import { createApiKey } from '../../src/staff/create-api-key.ts';
import { createJudge, type Document, type Operation, operationsOf, wrongsOf } from '../support/described.ts';
import { eventually } from '../support/eventually.ts';
import { checkoutIdOf, giveOnce, giveRegularly, newKey, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

type Call = { path?: string; body?: unknown; form?: Record<string, string>; headers?: Record<string, string> };
type Problem = { type: string; errors?: { pointer: string }[] };

const webhook = 'POST /webhooks/stripe';
const article = { url: 'https://www.example.org/quay', id: '4711', title: 'Who owns the quay?', section: 'Harbour' };
const gift = {
  amount: 1200,
  currency: 'eur',
  email: 'reader@example.net',
  name: 'Reader',
  article,
  campaign: 'spring',
  placement: 'end',
  cover_fees: true,
  newsletter: 'weekly',
  anonymous: false,
  message: 'Keep going',
  locale: 'en',
};

let stand: Stand;
let document: Document;
let operations: Record<string, Operation>;
let judge: ReturnType<typeof createJudge>;
/** A call of each route that does what it is for. */
let calls: Record<string, Call[]>;
let adminKey: string;

beforeAll(async () => {
  stand = await openStand();
  Object.assign(stand.config, { demo: { service: stand.url } });
  adminKey = (await createApiKey(stand.live, { name: 'Publisher', role: 'admin' })).key;
  document = (await (await fetch(`${stand.url}/openapi.json`)).json()) as Document;
  operations = operationsOf(document);
  judge = createJudge(document);
  calls = await prepareCalls();
}, 60_000);
afterAll(() => stand?.close());

describe('the description at /openapi.json', () => {
  test('is OpenAPI 3.1, of every route and of the webhook, each in words of its own', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(Object.keys(operations).sort()).toEqual([...routes.map(({ name }) => name), webhook].sort());
    const all = Object.values(operations);
    expect(all.filter(({ summary }) => !summary)).toEqual([]);
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
    expect(all.filter(({ responses }) => !Object.keys(responses).some((status) => Number(status) < 400))).toEqual([]);
  });

  test('asks for credentials where staff alone may', () => {
    const staff = Object.entries(operations).filter(([, { security }]) => security?.length === 1);
    expect(staff.map(([name]) => name)).toEqual(Object.keys(operations).filter(isStaffs));
  });

  test('is right about every route that is used as it is meant to be', async () => {
    expect(Object.keys(calls).sort()).toEqual(Object.keys(operations).sort());
    for (const [name, several] of Object.entries(calls)) {
      for (const call of several) {
        const answer = await send(name, call);
        expect(answer.status, name).toBeLessThan(400);
        const etag = answer.headers.get('etag');
        await judge(name, answer);
        if (etag) await judge(name, await send(name, { ...call, headers: { 'if-none-match': etag } }));
      }
    }
  });

  test('is right about every input that its schemas forbid', async () => {
    let tried = 0;
    for (const [name, operation] of Object.entries(operations)) {
      const schema = operation.requestBody?.content['application/json']?.schema;
      const valid = calls[name]![0]!;
      for (const wrong of schema && name !== webhook ? wrongsOf(schema, valid.body) : []) {
        const answer = await send(name, { ...valid, body: wrong.value });
        const what = `${name} with ${wrong.pointer}: ${wrong.why}`;
        const isJson = typeof wrong.value === 'object'; // anything else cannot be read at all
        expect(answer.status, what).toBe(isStaffs(name) && isJson ? 422 : 400);
        const problem = (await answer.clone().json()) as Problem;
        if (wrong.value && typeof wrong.value === 'object' && !Array.isArray(wrong.value)) {
          expect(
            problem.errors?.map(({ pointer }) => pointer),
            what,
          ).toContain(wrong.pointer);
        }
        await judge(name, answer);
        tried += 1;
      }
    }
    expect(tried).toBeGreaterThan(150);
  });

  test('is right about parameters, keys, bodies and credentials that are wrong', async () => {
    for (const [name, operation] of Object.entries(operations)) {
      for (const call of wrongCalls(name, operation)) {
        await judge(name, await send(name, call));
      }
    }
  });

  test('is right while Stripe is away, and while the database is', async () => {
    await stand.simulate('faults', { api: { fault: 'status', status: 503, should_retry: false, times: 20 } });
    await judgeAll();
    await stand.simulate('faults', { clear: true });
    await stand.database.setReachable(false);
    try {
      await judgeAll();
    } finally {
      await stand.database.setReachable(true);
    }
    await eventually(async () => expect((await fetch(`${stand.url}/readyz`)).status).toBe(200));
  });

  test('a judge that cannot fail would prove nothing', async () => {
    const answer = (status: number, body: string, type = 'application/json') =>
      new Response(body, { status, headers: { 'content-type': type } });
    await judge('GET /livez', answer(200, '{"status":"ok"}'));
    await expect(judge('GET /livez', answer(200, '{"status":"hm"}'))).rejects.toThrow(/must be equal to constant/);
    await expect(judge('GET /livez', answer(202, ''))).rejects.toThrow(/no such status/);
    await expect(judge('GET /livez', answer(200, 'ok', 'text/plain'))).rejects.toThrow(/speaks of application\/json/);
    await expect(judge('GET /hidden', answer(200, '{}'))).rejects.toThrow(/no such status/);
    await expect(judge('POST /stop/{token}', new Response(null, { status: 303 }))).rejects.toThrow(/without the header Location/);
  });
});

function isStaffs(name: string): boolean {
  return / \/v1\/(admin|export)/.test(name);
}

async function judgeAll(): Promise<void> {
  for (const [name, several] of Object.entries(calls)) {
    for (const call of several) {
      await judge(name, await send(name, { ...call, headers: { ...call.headers, 'idempotency-key': newKey() } }));
    }
  }
}

function wrongCalls(name: string, { parameters = [], requestBody, security }: Operation): Call[] {
  const valid = calls[name]![0]!;
  const [, template = ''] = name.split(' ');
  const inPath = parameters.some((one) => one.in === 'path');
  const withPath = (value: string) => ({ ...valid, path: template.replace(/\{\w+\}/, value) });
  const query = parameters.filter((one) => one.in === 'query');
  const path = valid.path ?? template;
  const sharedKey = { 'idempotency-key': newKey() };
  return [
    ...(inPath ? ['nothing', 'don_0', '%00', '%E0%A4%A', 'x'.repeat(500), '..%2F..'].map(withPath) : []),
    ...query.map((one) => ({ ...valid, path: `${path}?${one.name}=%00&${one.name}=2` })),
    ...query.map((one) => ({ ...valid, path: `${path}?${one.name}=${'x'.repeat(3000)}` })),
    ...(query.length > 0 ? [{ ...valid, path: `${path}?surprise=1` }] : []),
    ...(security ? [{}, { authorization: 'Bearer wrong' }, { authorization: 'Basic eDp5' }] : []).map((headers) => ({
      ...valid,
      headers: { authorization: '', 'x-forwarded-for': '203.0.113.9', ...headers },
    })),
    ...(requestBody
      ? [
          { ...valid, headers: { 'content-type': 'text/plain' } },
          { ...valid, headers: { 'content-type': 'application/json; charset=utf-16' } },
          { ...valid, headers: { 'content-encoding': 'gzip' } },
          { ...valid, body: 'x'.repeat(600_000) },
          { ...valid, headers: { origin: 'https://evil.example' } },
        ]
      : []),
    ...(parameters.some((one) => one.name === 'Idempotency-Key')
      ? [
          { ...valid, headers: { 'idempotency-key': '' } },
          { ...valid, headers: { 'idempotency-key': 'two words' } },
          { ...valid, headers: sharedKey },
          {
            ...valid,
            body: { ...(valid.body as object), article: { url: 'https://www.example.org/other' } },
            headers: sharedKey,
          },
        ]
      : []),
  ];
}

function send(name: string, { path, body, form, headers = {} }: Call): Promise<Response> {
  const [method, template] = name.split(' ');
  const isWrite = method !== 'GET';
  const given: Record<string, string> = {
    ...(isStaffs(name) && { authorization: `Bearer ${adminKey}` }),
    ...(isWrite && { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
    ...(isWrite && { 'idempotency-key': newKey() }),
    ...(/ \/(card|donate|thanks|stop|newsletter)/.test(name) && { accept: 'text/html' }),
    ...headers,
  };
  const content = form ? new URLSearchParams(form).toString() : typeof body === 'string' ? body : JSON.stringify(body);
  return fetch(`${stand.url}${path ?? template}`, {
    method,
    redirect: 'manual',
    headers: Object.fromEntries(Object.entries(given).filter(([, value]) => value)),
    ...(isWrite && content !== undefined && { body: content }),
  });
}

/** Gives, gives monthly and signs up, so that there is something behind every address. */
async function prepareCalls(): Promise<Record<string, Call[]>> {
  const one = await giveOnce(stand, gift);
  const other = await giveOnce(stand, gift);
  const monthly = await giveRegularly(stand, { ...gift, interval: 'month' });
  for (const begun of [one, monthly]) expect((await pay(stand, begun, { email: gift.email })).status).toBe(200);
  await send('POST /v1/newsletter-signups', { body: { email: 'signup@example.net', frequency: 'daily', offers: false } });
  await stand.settle();
  const links = (await stand.mails()).map(({ text }) => text).join('\n');
  const linkTo = (path: string) => {
    const found = new RegExp(`${path}/[^\\s>]+`).exec(links)?.[0];
    if (!found) throw new Error(`no link to ${path} in a mail`);
    return found;
  };
  const exported = await send('GET /v1/exports/{report}', { path: '/v1/exports/donations' });
  const event = JSON.stringify({
    object: 'event',
    id: 'evt_described',
    type: 'plan.created',
    created: 1,
    livemode: false,
    data: { object: {} },
  });
  await stand.database.pool.query(
    "insert into donors (id, email, email_key, created_at) values ('dnr_described', 'x', 'x', now())",
  );
  await stand.database.pool.query(`insert into payouts (id, status, currency, amount_minor, automatic, reconciliation_status, arrival_on, created_at)
    values ('po_described', 'paid', 'eur', 5, true, 'completed', now(), now())`);
  const signature = stand.stripe.webhooks.generateTestHeaderString({
    payload: event,
    secret: stand.config.stripe.webhookSecrets[0]!,
  });
  const signed = { body: event, headers: { 'stripe-signature': signature } };
  const sentForm = { interval: 'once', currency: 'eur', amount_once: 'own', own_amount: '12.00', article: article.url };
  expect(checkoutIdOf(other)).toBeTruthy();
  const cardPath = `/card/${signLink(stand.config.sessionSecret, 'card', monthly.id)}`;
  return {
    'GET /widget.js': [{}],
    'GET /v1/widget-config': [{}, { path: `/v1/widget-config?article=${encodeURIComponent(article.url)}&locale=de` }],
    'PUT /v1/votes': [{ body: { article: { url: article.url, id: article.id }, helpful: true, comment: 'Clear' } }],
    'POST /v1/donations': [{ body: gift }, { body: { amount: 1000, currency: 'jpy' } }],
    'POST /v1/subscriptions': [{ body: { ...gift, interval: 'year' } }],
    'POST /v1/newsletter-signups': [{ body: { email: 'again@example.net', frequency: 'weekly', offers: true, article } }],
    'GET /donate': [{}, { path: `/donate?gift=${other.id}` }, { path: `/donate?gift=${one.id}` }],
    'POST /donate': [{ form: sentForm }],
    'GET /thanks/{id}': [{ path: `/thanks/${one.id}` }, { path: `/thanks/${monthly.id}` }],
    'GET /v1/donations/{id}': [{ path: `/v1/donations/${one.id}` }, { path: `/v1/donations/${other.id}` }],
    'GET /v1/subscriptions/{id}': [{ path: `/v1/subscriptions/${monthly.id}` }],
    'GET /card/{token}': [{ path: cardPath }],
    'POST /card/{token}': [{ path: cardPath }],
    'GET /stop/{token}': [{ path: linkTo('/stop') }],
    'POST /stop/{token}': [{ path: linkTo('/stop') }],
    'GET /newsletter/confirm/{token}': [{ path: linkTo('/newsletter/confirm') }],
    'POST /newsletter/confirm/{token}': [{ path: linkTo('/newsletter/confirm') }],
    'GET /newsletter/leave/{token}': [{ path: linkTo('/newsletter/leave') }],
    'POST /newsletter/leave/{token}': [{ path: linkTo('/newsletter/leave') }],
    'GET /v1/exports/{report}': ['donations', 'ledger', 'signups', 'donations?format=jsonl&currency=eur'].map((report) => ({
      path: `/v1/exports/${report}`,
    })),
    'GET /v1/export-runs/{id}': [{ path: `/v1/export-runs/${exported.headers.get('x-export-run')}` }],
    ...Object.fromEntries(
      Object.keys(lists).map((list) => [`GET /v1/admin/${list}`, [{}, { path: `/v1/admin/${list}?limit=1` }]]),
    ),
    'POST /v1/admin/donations/{id}/refunds': [
      { path: `/v1/admin/donations/${one.id}/refunds`, body: { amount: 100, reason: 'duplicate', note: 'Given twice' } },
    ],
    'GET /v1/admin/donations/{id}': [one, other].map(({ id }) => ({ path: `/v1/admin/donations/${id}` })),
    'GET /v1/admin/donations/{id}/timeline': [one, other].map(({ id }) => ({ path: `/v1/admin/donations/${id}/timeline` })),
    'GET /v1/admin/payouts/{id}': [{ path: '/v1/admin/payouts/po_described' }],
    'POST /v1/admin/search': [{ body: { text: gift.email } }, { body: { text: one.id } }],
    'POST /v1/admin/donors/{id}/erasure': [{ path: '/v1/admin/donors/dnr_described/erasure', body: { stop: true } }],
    'GET /livez': [{}],
    'GET /readyz': [{}],
    'GET /metrics': [{}],
    'GET /openapi.json': [{}],
    'GET /docs': [{}],
    'GET /sandbox.json': [{}],
    'GET /problems/{code}': [{ path: '/problems/invalid-input' }],
    'GET /assets/{file}': [{ path: '/assets/pages.css' }, { path: '/assets/docs.js' }, { path: '/assets/icon.svg' }],
    [webhook]: [signed],
  };
}
