import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getDonation } from '../../src/http/get-donation.ts';
import { getSubscription } from '../../src/http/get-subscription.ts';
import { postDonation } from '../../src/http/post-donation.ts';
import { postSubscription } from '../../src/http/post-subscription.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';
import { newKey } from '../support/reader.ts';
import { edgeApp, ourOrigin } from './edge-app.ts';

let ground: Ground;
let app: ReturnType<typeof edgeApp>;

beforeAll(async () => {
  ground = await openGround();
  app = edgeApp(ground.services, postDonation, postSubscription, getDonation, getSubscription);
});
afterAll(() => ground?.close());

const give = (body: unknown, key = newKey()) =>
  request(app)
    .post('/v1/donations')
    .set('Idempotency-Key', key)
    .set('Origin', ourOrigin)
    .send(body as object);
const subscribe = (body: object) => request(app).post('/v1/subscriptions').set('Idempotency-Key', newKey()).send(body);

describe('GET /v1/donations/{id} and /v1/subscriptions/{id}', () => {
  test('tell how a gift stands without a word about a person or the query of the article', async () => {
    const article = { url: 'https://www.example.org/quay?reader=ada', title: 'Who owns the quay?' };
    const { body: gift } = await give({
      amount: 750,
      currency: 'eur',
      email: 'ada@example.org',
      name: 'Ada',
      message: 'Hello',
      article,
    });
    const answer = await request(app).get(`/v1/donations/${gift.id}`);
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-control']).toContain('no-store');
    expect(answer.body).toEqual({
      id: gift.id,
      status: 'pending',
      amount: 750,
      currency: 'eur',
      interval: 'once',
      article_url: 'https://www.example.org/quay',
    });
  });

  test('call a recurring gift pending until its first instalment has succeeded', async () => {
    const { db } = ground.services;
    const { body: gift } = await subscribe({ amount: 500, currency: 'eur', interval: 'year' });
    const ask = async () => (await request(app).get(`/v1/subscriptions/${gift.id}`)).body;
    expect(await ask()).toMatchObject({ status: 'pending', first_donation_status: null, interval: 'year', amount: 500 });
    await db.updateTable('subscriptions').set({ status: 'active' }).where('id', '=', gift.id).execute();
    const first = {
      id: `don_${'1'.repeat(32)}`,
      kind: 'recurring',
      subscription_id: gift.id,
      currency: 'eur',
      amount_minor: 500n,
      created_at: new Date(),
    };
    await db
      .insertInto('donations')
      .values({ ...first, status: 'processing' })
      .execute();
    expect(await ask()).toMatchObject({ status: 'pending', first_donation_status: 'processing' });
    const paid = { status: 'succeeded', paid_at: new Date(), stripe_charge_id: 'ch_first' };
    await db.updateTable('donations').set(paid).where('id', '=', first.id).execute();
    expect(await ask()).toMatchObject({ status: 'active', first_donation_status: 'succeeded' });
    await db.updateTable('subscriptions').set({ status: 'canceled' }).where('id', '=', gift.id).execute();
    expect(await ask()).toMatchObject({ status: 'canceled' });
  });

  test('know nothing of an id that does not exist', async () => {
    expect((await request(app).get('/v1/donations/don_none')).status).toBe(404);
    expect((await request(app).get('/v1/subscriptions/don_none')).status).toBe(404);
  });
});
