import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Currency } from '../../src/currency.ts';
import { createDonation } from '../../src/donations/create-donation.ts';
import { getThanks } from '../../src/http/get-thanks.ts';
import { money } from '../../src/money.ts';
import { startSubscription } from '../../src/subscriptions/start-subscription.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';
import { edgeApp } from './edge-app.ts';

const article = { url: 'https://www.example.org/quay?reader=ada', title: 'Who owns the quay?' };
const wish = {
  amount: money(750n, 'eur' as Currency),
  coverFees: false,
  anonymous: false,
  locale: 'en',
  article,
  email: 'ada@example.org',
} as const;
let ground: Ground;
let app: ReturnType<typeof edgeApp>;
let count = 0;

beforeAll(async () => {
  ground = await openGround();
  app = edgeApp(ground.services, getThanks);
});
afterAll(() => ground?.close());

const thanks = (id: string) => request(app).get(`/thanks/${id}`).set('Accept-Language', 'en');

async function donation(columns: Record<string, unknown> = {}): Promise<string> {
  const { id } = await createDonation(ground.services, { ...wish, interval: 'once' });
  if (Object.keys(columns).length > 0) {
    await ground.services.db.updateTable('donations').set(columns).where('id', '=', id).execute();
  }
  return id;
}

async function subscription(columns: Record<string, unknown> = {}, first?: string): Promise<string> {
  const { id } = await startSubscription(ground.services, { ...wish, interval: 'month' });
  const { db } = ground.services;
  if (Object.keys(columns).length > 0) {
    await db.updateTable('subscriptions').set(columns).where('id', '=', id).execute();
  }
  if (first) {
    const row = { id: ground.services.newId('don'), kind: 'recurring', subscription_id: id, currency: 'eur', amount_minor: 750n };
    await db
      .insertInto('donations')
      .values({ ...row, ...(first === 'succeeded' ? paid() : { status: first }), created_at: new Date() })
      .execute();
  }
  return id;
}

function paid() {
  count += 1;
  return { status: 'succeeded', paid_at: new Date('2026-11-20T10:00:00Z'), stripe_charge_id: `ch_${count}` };
}

async function readingsStaged(): Promise<number> {
  const { rows } = await ground.database.pool.query(
    `select count(*) from graphile_worker.jobs where task_identifier = 'read-object'`,
  );
  return Number(rows[0].count);
}

describe('the thanks of a one-time gift', () => {
  test('wait for word of the payment, reload by themselves, and lead back to the choice and to the article', async () => {
    const id = await donation();
    const { status, text, headers } = await thanks(id);
    expect(status).toBe(200);
    expect(headers['cache-control']).toContain('no-store');
    expect(text).toContain(`data-gift="${id}" data-status="pending"`);
    expect(text).toContain('<noscript><p><a class="quiet" href="">Look again</a>');
    expect(text).toContain('We are waiting for confirmation of your payment');
    expect(text).toContain(`/donate?gift=${id}`);
    expect(text).toContain('href="https://www.example.org/quay"');
    expect(text).not.toMatch(/arrived|reader=ada|ada@example/);
  });

  test.each([
    [{ status: 'processing' }, 'Your payment is on its way', 'pending'],
    [{ status: 'failed' }, 'Your payment did not go through', 'failed'],
    [{ status: 'expired' }, 'The payment page has closed', 'failed'],
  ])('say what is true when it is %o', async (columns, words, tone) => {
    const { text } = await thanks(await donation(columns));
    expect(text).toContain(words);
    expect(text).toContain(`class="status ${tone}"`);
    expect(text).not.toContain('Your donation has arrived');
  });

  test('come when the money is there, with its day, and promise a receipt only where one is coming', async () => {
    const id = await donation(paid());
    const { text } = await thanks(id);
    expect(text).toContain('Your donation has arrived');
    expect(text).toContain('20 November 2026');
    expect(text).toContain('€7.50');
    expect(text).not.toMatch(/Look again|data-gift|http-equiv/);
    expect(text).not.toContain('receipt');

    const { db } = ground.services;
    await db
      .updateTable('donations')
      .set({ arrived_at: new Date('2026-11-24T10:00:00Z') })
      .where('id', '=', id)
      .execute();
    expect((await thanks(id)).text).toMatch(/Received on<.*>24 November 2026</s); // a bank debit, which was begun days before
    await db
      .insertInto('donors')
      .values({ id: 'dnr_1', email: 'ada@example.org', email_key: 'ada@example.org', created_at: new Date() })
      .execute();
    await db.updateTable('donations').set({ donor_id: 'dnr_1' }).where('id', '=', id).execute();
    const receipt = { id: 'rcp_1', kind: 'gift', year: 2026, sequence: 1, donation_id: id, currency: 'eur', amount_minor: 750n };
    await db
      .insertInto('receipts')
      .values({ ...receipt, issued_at: new Date() })
      .execute();
    expect((await thanks(id)).text).toContain('Your receipt will come by e-mail.');
  });

  test('tell what was given back', async () => {
    const { text } = await thanks(await donation({ ...paid(), refunded_minor: 250n }));
    expect(text).toContain('Refunded');
    expect(text).toContain('€2.50');
    expect(text).toContain('Your donation has arrived');
  });

  test('thank for nothing that went back, to the donor or to the bank', async () => {
    const refunded = await thanks(await donation({ ...paid(), refunded_minor: 750n }));
    const id = await donation({ ...paid(), refunded_minor: 250n });
    await ground.database.pool.query(
      `insert into receipts (id, kind, corrects_receipt_id, year, sequence, donation_id, currency, amount_minor, disputed_minor, issued_at)
       values ('rcp_g', 'gift', null, 2026, 8, $1, 'eur', 750, 0, now()), ('rcp_c', 'correction', 'rcp_g', 2026, 9, $1, 'eur', 750, 500, now())`,
      [id],
    );
    const lost = await thanks(id);
    expect(lost.text).toMatch(/Taken back by the bank[\s\S]*€5\.00/);
    for (const { text } of [refunded, lost]) {
      expect(text).toContain('Your donation has gone back in full');
      expect(text).not.toMatch(/has arrived|will come by e-mail|You help/);
    }
  });
});

describe('the thanks of a recurring gift', () => {
  test.each([
    [{}, undefined, 'We are waiting for confirmation of your payment'],
    [{ status: 'active' }, undefined, 'We are waiting for confirmation of your payment'],
    [{ status: 'active' }, 'processing', 'Your payment is on its way'],
    [{ status: 'incomplete' }, 'failed', 'Your payment did not go through'],
    [{ status: 'expired' }, undefined, 'The payment page has closed'],
    [{ status: 'active', current_period_end: new Date('2026-12-20T10:00:00Z') }, 'succeeded', 'Your monthly donation has begun'],
    [{ status: 'past_due' }, 'succeeded', 'The latest payment did not go through'],
    [{ status: 'canceled', ended_at: new Date('2026-12-01T10:00:00Z') }, 'succeeded', 'Stopped on 1 December 2026'],
  ])('say what is true when it is %o and its first instalment %s', async (columns, first, words) => {
    const { text } = await thanks(await subscription(columns, first));
    expect(text).toContain(words);
  });

  test('name the next day', async () => {
    const ends = new Date('2026-12-20T10:00:00Z');
    const { text } = await thanks(await subscription({ status: 'active', current_period_end: ends }, 'succeeded'));
    expect(text).toContain('20 December 2026');
    expect(text).toContain('Every month');
  });
});

describe('looking at the thanks', () => {
  test('has Stripe asked once in five seconds while something may change, however many look', async () => {
    const id = await donation();
    const before = await readingsStaged();
    await Promise.all([thanks(id), thanks(id), thanks(id), thanks(id)]);
    expect(await readingsStaged()).toBe(before + 1);
    await ground.database.pool.query(`update rate_limits set expire = 0 where key = $1`, [`once:thanks:${id}`]);
    await ground.database.pool.query(`delete from graphile_worker._private_jobs`);
    await thanks(id);
    expect(await readingsStaged()).toBe(1);
  });

  test('asks Stripe nothing once it is final', async () => {
    const before = await readingsStaged();
    await thanks(await donation(paid()));
    await thanks(await donation({ status: 'expired' }));
    expect(await readingsStaged()).toBe(before);
  });

  test('of a gift that does not exist is a friendly page', async () => {
    for (const id of [`don_${'0'.repeat(32)}`, `rec_${'0'.repeat(32)}`, 'nonsense', '%00']) {
      const { status, text, headers } = await thanks(id);
      expect(status).toBe(404);
      expect(headers['content-type']).toContain('text/html');
      expect(text).toContain('This page does not exist');
    }
  });
});
