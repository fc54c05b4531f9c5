import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { getDonate } from '../../src/http/get-donate.ts';
import { postDonate } from '../../src/http/post-donate.ts';
import { postDonation } from '../../src/http/post-donation.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';
import { edgeApp } from './edge-app.ts';

const article = 'https://www.example.org/quay';
let ground: Ground;
let app: ReturnType<typeof edgeApp>;

beforeAll(async () => {
  ground = await openGround({ newsroom: { limits: { gifts_per_source_in_ten_minutes: 60 } } });
  app = edgeApp(ground.services, getDonate, postDonate, postDonation);
});
afterAll(() => ground?.close());
afterEach(() => ground.simulate('faults', { clear: true }));

const open = (query: Record<string, string> = {}, language = 'en') =>
  request(app)
    .get('/donate')
    .query({ currency: 'eur', ...query })
    .set('Accept-Language', language);
const send = (fields: Record<string, string>, language = 'en') =>
  request(app)
    .post('/donate')
    .type('form')
    .set('Accept-Language', language)
    .send({ currency: 'eur', ...fields });

/** The fields as a browser would send them back. */
function fieldsOf(page: string): Record<string, string> {
  const inputs = [...page.matchAll(/<input\s[^>]*>/g)].map(([tag]) => tag);
  const attribute = (tag: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  const sent = inputs.filter((tag) => !/type="(radio|checkbox)"/.test(tag) || /\schecked/.test(tag));
  return Object.fromEntries(sent.map((tag) => [attribute(tag, 'name')!, attribute(tag, 'value') ?? '']));
}

async function giftBehind(location: string) {
  const sessionId = /cs_test_\w+/.exec(location)![0];
  return ground.services.db
    .selectFrom('checkouts')
    .selectAll()
    .where('stripe_checkout_session_id', '=', sessionId)
    .executeTakeFirstOrThrow();
}

describe('the form on /donate', () => {
  test('leads to Stripe as it stands, with the article it was opened for', async () => {
    const { status, text } = await open({ article: `${article}?utm=1`, article_title: 'Who owns the quay?', campaign: 'spring' });
    expect(status).toBe(200);
    expect(text).toContain('You were reading: Who owns the quay?');
    const sent = await send(fieldsOf(text));
    expect(sent.status).toBe(303);
    expect(sent.headers.location).toMatch(/\/c\/pay\/cs_test_/);
    const { donation_id } = await giftBehind(sent.headers.location!);
    const row = await ground.services.db
      .selectFrom('donations')
      .selectAll()
      .where('id', '=', donation_id)
      .executeTakeFirstOrThrow();
    expect(row).toMatchObject({
      article_url: `${article}?utm=1`,
      article_title: 'Who owns the quay?',
      campaign: 'spring',
      amount_minor: 1500n,
    });
  });

  test('is one gift however often it is sent', async () => {
    const fields = fieldsOf((await open()).text);
    const answers = await Promise.all([send(fields), send(fields)]);
    expect(new Set(answers.map(({ headers }) => headers.location)).size).toBe(1);
  });

  test('begins a recurring gift where one is chosen, with the fee on top', async () => {
    const fields = fieldsOf((await open()).text);
    const sent = await send({ ...fields, interval: 'month', amount_month: '500', cover_fees: '1' });
    const { subscription_id, parameters } = await giftBehind(sent.headers.location!);
    expect(subscription_id).toMatch(/^rec_/);
    expect(parameters).toMatchObject({ amount_minor: '533', interval: 'month' });
  });

  test.each([
    ['en', '12.34', '1234'],
    ['de', '12,34', '1234'],
    ['es', '1.234,50', '123450'],
    ['ar', '١٢٫٣٤', '1234'],
    ['ar', '٧', '700'],
  ])('reads an amount as it is written in %s: %s', async (language, typed, minor) => {
    const sent = await send(
      { attempt: `attempt-typed-${minor}-${language}-${typed.length}`, interval: 'once', amount_once: 'own', own_amount: typed },
      language,
    );
    expect((await giftBehind(sent.headers.location!)).parameters).toMatchObject({ amount_minor: minor });
  });

  test('comes back with all that was entered and a summary that leads to the field when the amount is wrong', async () => {
    const fields = fieldsOf((await open({ article })).text);
    const { status, text } = await send({
      ...fields,
      interval: 'year',
      amount_year: 'own',
      own_amount: '0,2x"',
      cover_fees: '1',
    });
    expect(status).toBe(400);
    expect(text).toContain('<a href="#own_amount">We cannot read this amount.');
    expect(text).toContain('aria-invalid="true"');
    expect(fieldsOf(text)).toEqual({ ...fields, interval: 'year', amount_year: 'own', own_amount: '0,2x&#34;', cover_fees: '1' });
  });

  test.each([
    ['', 'Choose or enter an amount'],
    ['0.49', 'The smallest amount is €0.50.'],
    ['10000.01', 'The largest amount is €10,000.'],
    ['5.005', 'too many decimals'],
  ])('says what is wrong with %j', async (own_amount, detail) => {
    const { status, text } = await send({ interval: 'once', amount_once: 'own', own_amount });
    expect(status).toBe(400);
    expect(text).toContain(detail);
  });

  test('comes back with all that was entered while Stripe cannot be reached, and then goes on in the same attempt', async () => {
    const fields: Record<string, string> = { ...fieldsOf((await open()).text), amount_once: 'own', own_amount: '9.99' };
    await ground.fail('/v1/checkout/sessions', 'status', 3);
    const down = await send(fields);
    expect(down.status).toBe(503);
    expect(down.headers['retry-after']).toBeDefined();
    expect(down.text).toContain('Nothing was charged');
    expect(fieldsOf(down.text)).toEqual(fields);
    const up = await send(fieldsOf(down.text));
    expect((await giftBehind(up.headers.location!)).attempt).toBe(fields.attempt);
  });

  test('leads to the thanks of the gift that was paid, when it is sent again', async () => {
    const fields = fieldsOf((await open()).text);
    const first = await send(fields);
    const { stripe_checkout_session_id, donation_id } = await giftBehind(first.headers.location!);
    await ground.pay(stripe_checkout_session_id!);
    const again = await send({ ...fields, amount_once: '750' });
    expect(again.status).toBe(303);
    expect(again.headers.location).toBe(`/thanks/${donation_id}`);
  });

  test('leaves out an article of somebody else, and says so', async () => {
    const { status, text } = await open({ article: 'https://evil.example/"><script>' });
    expect(status).toBe(200);
    expect(text).toContain('not one of ours');
    expect(text).not.toContain('evil.example');
    expect((await send(fieldsOf(text))).status).toBe(303);
  });

  test('escapes what an address brings along', async () => {
    const { text } = await open({ article, article_title: '<script>alert(1)</script>', campaign: '"><img src=x>' });
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('<img');
  });

  test('speaks the language of the reader, from right to left where it is written so', async () => {
    const { text } = await open({}, 'ar-EG');
    expect(text).toContain('<html lang="ar" dir="rtl">');
  });

  test('offers no fee cover where the fee is not known, and only the currencies of the newsroom', async () => {
    const { text } = await open({ currency: 'sek' });
    expect(text).toContain('data-currency="eur"');
    expect([...text.matchAll(/href="\/donate\?currency=(\w+)/g)].map(([, code]) => code)).toEqual(['eur', 'usd', 'gbp', 'jpy']);
  });
});

describe('coming back without paying', () => {
  test('finds what was chosen, in the same attempt, and the same wish leads to the same page', async () => {
    const fields = { ...fieldsOf((await open({ article })).text), interval: 'month', amount_month: 'own', own_amount: '12.34' };
    const first = await send(fields);
    const { subscription_id, attempt } = await giftBehind(first.headers.location!);
    const { text } = await request(app).get('/donate').query({ gift: subscription_id }).set('Accept-Language', 'en');
    expect(text).toContain('You came back before paying');
    const back = fieldsOf(text);
    expect(back).toMatchObject({ attempt, interval: 'month', amount_month: 'own', own_amount: '12.34', article });
    expect((await send(back)).headers.location).toBe(first.headers.location);
  });

  test('and changing the mind closes the first page', async () => {
    const first = await send(fieldsOf((await open()).text));
    const { donation_id } = await giftBehind(first.headers.location!);
    const { text } = await open({ gift: donation_id! });
    const second = await send({ ...fieldsOf(text), amount_once: '750' });
    expect(second.headers.location).not.toBe(first.headers.location);
    expect(await giftBehind(first.headers.location!)).toMatchObject({ state: 'expired' });
  });

  test('leads to the thanks where the gift was paid meanwhile', async () => {
    const first = await send(fieldsOf((await open()).text));
    const { donation_id } = await giftBehind(first.headers.location!);
    const paid = { status: 'succeeded', paid_at: new Date(), stripe_charge_id: `ch_${donation_id}` };
    await ground.services.db.updateTable('donations').set(paid).where('id', '=', donation_id).execute();
    const answer = await open({ gift: donation_id! });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe(`/thanks/${donation_id}`);
  });

  test('tells whoever knows the id nothing about a person', async () => {
    const given = {
      amount: 750,
      currency: 'eur',
      email: 'ada@example.org',
      name: 'Ada Reader',
      message: 'Hello there',
      article: { url: `${article}?reader=ada` },
    };
    const { body } = await request(app).post('/v1/donations').set('Idempotency-Key', 'person-1').send(given);
    const { text } = await open({ gift: body.id });
    expect(text).toContain('You came back before paying');
    for (const secret of ['ada@example.org', 'Ada Reader', 'Hello there', 'reader=ada']) {
      expect(text).not.toContain(secret);
    }
  });

  test('with an id that does not exist is a form like any other', async () => {
    const { status, text } = await open({ gift: `don_${'0'.repeat(32)}` });
    expect(status).toBe(200);
    expect(text).not.toContain('You came back');
  });
});

describe('too many gifts from one place', () => {
  test('are slowed, nothing that was entered is lost, and refused input does not count', async () => {
    const slow = {
      ...ground.services,
      config: {
        ...ground.services.config,
        newsroom: { ...ground.services.config.newsroom, limits: { gifts_per_source_in_ten_minutes: 2 } },
      },
    };
    await ground.services.db.deleteFrom('rate_limits').execute();
    const slowApp = edgeApp(slow, postDonate);
    const post = (fields: Record<string, string>) =>
      request(slowApp)
        .post('/donate')
        .type('form')
        .set('Accept-Language', 'en')
        .send({ currency: 'eur', ...fields });
    for (const _ of [1, 2, 3]) {
      expect((await post({ amount_once: 'own', own_amount: 'x' })).status).toBe(400);
    }
    expect((await post({})).status).toBe(303);
    expect((await post({})).status).toBe(303);
    const refused = await post({ amount_once: 'own', own_amount: '8.88' });
    expect(refused.status).toBe(429);
    expect(refused.text).toContain('value="8.88"');
  });
});
