import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { getDonation } from '../../src/http/get-donation.ts';
import { getSubscription } from '../../src/http/get-subscription.ts';
import { postDonation } from '../../src/http/post-donation.ts';
import { postSubscription } from '../../src/http/post-subscription.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';
import { newKey } from '../support/reader.ts';
import { edgeApp, ourOrigin } from './edge-app.ts';

/** A newsroom with a currency of every kind: two decimals, none, three, and two that only count in hundreds. */
const suggested = (amount: string) => ({ once: [amount], month: [amount], year: [amount] });
const newsroom = {
  currencies: {
    eur: { maximum: '10000', suggested: suggested('7.50'), fee: { percent: '1.5', fixed: '0.25' } },
    jpy: { maximum: '1000000', suggested: suggested('500'), fee: { percent: '3.6', fixed: '0' } },
    bhd: { maximum: '1000', suggested: suggested('5.500') },
    isk: { maximum: '100000', suggested: suggested('500') },
    ugx: { maximum: '9000000', suggested: suggested('20000') },
  },
  limits: { gifts_per_source_in_ten_minutes: 1000 },
};

let ground: Ground;
let app: ReturnType<typeof edgeApp>;

beforeAll(async () => {
  ground = await openGround({ newsroom });
  app = edgeApp(ground.services, postDonation, postSubscription, getDonation, getSubscription);
});
afterAll(() => ground?.close());
afterEach(() => ground.simulate('faults', { clear: true }));

const give = (body: unknown, key = newKey()) =>
  request(app)
    .post('/v1/donations')
    .set('Idempotency-Key', key)
    .set('Origin', ourOrigin)
    .send(body as object);
const subscribe = (body: object) => request(app).post('/v1/subscriptions').set('Idempotency-Key', newKey()).send(body);
const pointers = (body: { errors: { pointer: string }[] }) => body.errors.map(({ pointer }) => pointer).sort();

describe('POST /v1/donations', () => {
  test('answers 201 with the page to pay on and what will be charged', async () => {
    const { status, body } = await give({ amount: 750, currency: 'eur', cover_fees: true });
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'pending', amount: 787, currency: 'eur' });
    expect(body.id).toMatch(/^don_[0-9a-f]{32}$/);
    expect(body.checkout_url).toContain('/c/pay/cs_test_');
    expect(Date.parse(body.expires_at)).toBeGreaterThan(Date.now() + 30 * 60_000);
  });

  test('takes everything the contract names', async () => {
    const everything = {
      amount: 2500,
      currency: 'EUR',
      email: 'reader@example.org',
      name: 'Ada Reader',
      article: { url: 'https://www.example.org/quay?utm=1', id: 'a-18', title: 'Who owns the quay?', section: 'City' },
      campaign: 'spring',
      placement: 'article-end',
      cover_fees: false,
      newsletter: 'weekly',
      anonymous: true,
      message: 'Thank you\nfor the harbour series',
      locale: 'de-AT',
      attempt: 'attempt_everything-1',
    };
    const { status, body } = await give(everything);
    expect(status).toBe(201);
    const row = await ground.services.db.selectFrom('donations').selectAll().where('id', '=', body.id).executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      article_url: everything.article.url,
      newsletter: 'weekly',
      anonymous: true,
      message: everything.message,
      locale: 'de',
    });
    const checkout = await ground.services.db
      .selectFrom('checkouts')
      .selectAll()
      .where('donation_id', '=', body.id)
      .executeTakeFirstOrThrow();
    expect(checkout).toMatchObject({ donor_name: 'Ada Reader', parameters: { email: 'reader@example.org' } });
  });

  test('gives the same answer to the same key and body', async () => {
    const key = newKey();
    const first = await give({ amount: 750, currency: 'eur' }, key);
    const again = await give({ amount: 750, currency: 'eur' }, key);
    expect(again.body).toEqual(first.body);
    expect((await give({ amount: 800, currency: 'eur' }, key)).status).toBe(422);
  });

  test('names everything that is wrong at once', async () => {
    const { status, body } = await give({
      amount: 1,
      currency: 'eur',
      email: 'nobody',
      name: 'x'.repeat(101),
      message: 'y'.repeat(501),
      article: { url: 'https://elsewhere.example/', section: 7, author: 'somebody' },
      newsletter: 'hourly',
      attempt: 'short',
      cover_fees: 'yes',
      colour: 'red',
    });
    expect(status).toBe(400);
    expect(pointers(body)).toEqual([
      '/amount',
      '/article/author',
      '/article/section',
      '/article/url',
      '/attempt',
      '/colour',
      '/cover_fees',
      '/email',
      '/message',
      '/name',
      '/newsletter',
    ]);
  });

  test.each([
    ['a line break in the address', { email: 'a@example.org\r\nBcc: b@example.org' }, '/email'],
    ['a NUL in the address', { email: 'a\0@example.org' }, '/email'],
    ['a line break in the name', { name: 'Ada\nReader' }, '/name'],
    ['a NUL in the message', { message: 'a\0b' }, '/message'],
    ['a fee that is not known', { currency: 'bhd', amount: 5500, cover_fees: true }, '/cover_fees'],
    ['a currency that is not offered', { currency: 'sek' }, '/currency'],
    ['a currency that is none', { currency: 'euro' }, '/currency'],
    ['a fraction of a minor unit', { amount: 750.5 }, '/amount'],
    ['an amount as text', { amount: '750' }, '/amount'],
    ['an amount below zero', { amount: -750 }, '/amount'],
    ['an amount beyond what a number can hold', { amount: 1e21 }, '/amount'],
    ['an interval, which is for subscriptions', { interval: 'month' }, '/interval'],
  ])('refuses %s', async (_, given, pointer) => {
    const { status, body } = await give({ amount: 750, currency: 'eur', ...given });
    expect(status).toBe(400);
    expect(pointers(body)).toEqual([pointer]);
  });

  test.each([
    ['eur', 50, 1_000_000],
    ['jpy', 50, 1_000_000],
    ['bhd', 10, 1_000_000],
    ['isk', 100, 10_000_000],
    ['ugx', 100, 900_000_000],
  ])('takes %s from %i to %i minor units, and nothing beyond', async (currency, smallest, largest) => {
    const statuses = await Promise.all(
      [smallest, largest, smallest - 1, largest + 1].map(async (amount) => (await give({ amount, currency })).status),
    );
    expect(statuses).toEqual([201, 201, 400, 400]);
  });

  test.each([
    ['bhd', 1235, 'multiple of BHD 0.010'],
    ['isk', 50_050, 'multiple of ISK 1'],
    ['ugx', 2_000_001, 'multiple of UGX 1'],
  ])('says of which step an amount in %s must be a multiple', async (currency, amount, detail) => {
    const { body } = await give({ amount, currency });
    expect(body.errors[0].detail.replaceAll('\u00a0', ' ')).toContain(detail);
  });

  test('says what is wrong in the language of the reader', async () => {
    const { body } = await give({ amount: 1, currency: 'eur', locale: 'de' });
    expect(body.errors).toEqual([{ pointer: '/amount', detail: expect.stringContaining('Der kleinste Betrag ist 0,50') }]);
  });

  test('answers 503 with Retry-After while Stripe is down, and the retry is the same gift', async () => {
    const body = { amount: 750, currency: 'eur', attempt: 'attempt-while-down' };
    const key = newKey();
    await ground.fail('/v1/checkout/sessions', 'status', 3);
    const down = await give(body, key);
    expect(down.status).toBe(503);
    expect(Number(down.headers['retry-after'])).toBeGreaterThan(0);
    const up = await give(body, key);
    expect(up.status).toBe(201);
    const gifts = await ground.services.db
      .selectFrom('checkouts')
      .select('donation_id')
      .where('attempt', '=', body.attempt)
      .execute();
    expect(gifts).toEqual([{ donation_id: up.body.id }]);
  });

  test('answers 409 with the gift that was paid when the attempt goes on', async () => {
    const attempt = 'attempt-paid-before';
    const first = await give({ amount: 750, currency: 'eur', attempt });
    const [session] = (await ground.sessions()).filter(({ client_reference_id }) => client_reference_id === first.body.id);
    await ground.pay(session!.id);
    const { status, body } = await give({ amount: 900, currency: 'eur', attempt });
    expect(status).toBe(409);
    expect(body).toMatchObject({ type: expect.stringMatching(/attempt-already-paid$/), id: first.body.id });
  });
});

describe('POST /v1/subscriptions', () => {
  test('answers the same with a rec_ id and its interval, and makes no donation yet', async () => {
    const { status, body } = await subscribe({ amount: 500, currency: 'eur', interval: 'month' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^rec_[0-9a-f]{32}$/),
      status: 'pending',
      amount: 500,
      interval: 'month',
    });
    expect(
      await ground.services.db.selectFrom('donations').select('id').where('subscription_id', '=', body.id).execute(),
    ).toEqual([]);
  });

  test('refuses an interval that is none, together with the rest', async () => {
    const { status, body } = await subscribe({ amount: 5, currency: 'eur', interval: 'week' });
    expect(status).toBe(400);
    expect(pointers(body)).toEqual(['/amount', '/interval']);
  });
});
