import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Currency } from '../../src/currency.ts';
import { getStop } from '../../src/http/get-stop.ts';
import { postStop } from '../../src/http/post-stop.ts';
import { money } from '../../src/money.ts';
import { signLink } from '../../src/signed-link.ts';
import { startSubscription } from '../../src/subscriptions/start-subscription.ts';
import { type Ground, openGround } from '../support/giving-ground.ts';
import { edgeApp } from './edge-app.ts';

const wish = {
  amount: money(1000n, 'eur' as Currency),
  coverFees: false,
  anonymous: false,
  locale: 'en',
  email: 'ada@example.org',
  name: 'Ada Reader',
} as const;
let ground: Ground;
let app: ReturnType<typeof edgeApp>;

beforeAll(async () => {
  ground = await openGround();
  app = edgeApp(ground.services, getStop, postStop);
});
afterAll(() => ground?.close());

async function subscription(columns: Record<string, unknown>): Promise<{ id: string; link: string }> {
  const { id } = await startSubscription(ground.services, { ...wish, interval: 'month' });
  await ground.services.db.updateTable('subscriptions').set(columns).where('id', '=', id).execute();
  return { id, link: `/stop/${signLink(ground.services.config.sessionSecret, 'stop', id)}` };
}

const row = (id: string) =>
  ground.services.db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const get = (link: string) => request(app).get(link).set('Accept-Language', 'en');

describe('the link in a receipt', () => {
  test('shows which gift would end and one button, and names nobody', async () => {
    const { link } = await subscription({ status: 'active' });
    const { status, text, headers } = await get(link);
    expect(status).toBe(200);
    expect(text).toContain('Stop your monthly donation?');
    expect(text).toContain('€10.00');
    expect(text.match(/<button/g)).toHaveLength(1);
    expect(text).not.toMatch(/ada/i);
    expect(headers['cache-control']).toContain('no-store');
  });

  test('changes nothing by being looked at, whatever opens it', async () => {
    const { id, link } = await subscription({ status: 'active' });
    await get(link);
    await request(app).head(link);
    expect((await row(id)).stop_requested_at).toBeNull();
  });

  test('asks for the end when the button is pressed, and says so until Stripe has confirmed it', async () => {
    const { id, link } = await subscription({ status: 'active' });
    const pressed = await request(app).post(link);
    expect(pressed.status).toBe(303);
    expect(pressed.headers.location).toBe(link);
    const { text } = await get(link);
    expect(text).toContain('Your donation is being stopped');
    expect(text).toContain(`data-gift="${id}" data-status="pending"`);
    expect(text).toContain('<noscript><p><a class="quiet" href="">Look again</a>');
    expect(text).not.toMatch(/<button|has stopped|Stopped on/);

    await ground.services.db
      .updateTable('subscriptions')
      .set({ status: 'canceled', ended_at: new Date('2026-11-23T12:00:00Z') })
      .where('id', '=', id)
      .execute();
    const after = await get(link);
    expect(after.text).toContain('Stopped on 23 November 2026');
    expect(after.text).not.toMatch(/Look again|data-gift/);
  });

  test('may be pressed twice', async () => {
    const { id, link } = await subscription({ status: 'active' });
    await request(app).post(link);
    const first = (await row(id)).stop_requested_at;
    expect((await request(app).post(link)).status).toBe(303);
    expect((await row(id)).stop_requested_at).toEqual(first);
  });

  test('of a gift that never began says that there is nothing to stop', async () => {
    const { link } = await subscription({ status: 'expired' });
    expect((await get(link)).text).toContain('There is nothing to stop');
  });

  test('opens nothing else: not another gift, not with another purpose, not with a letter changed', async () => {
    const { id, link } = await subscription({ status: 'active' });
    const secret = ground.services.config.sessionSecret;
    const wrong = [
      `${link.slice(0, -1)}${link.endsWith('A') ? 'B' : 'A'}`,
      `/stop/${signLink(secret, 'newsletter-leave', id)}`,
      `/stop/${signLink('another secret of thirty-two letters', 'stop', id)}`,
      `/stop/${signLink(secret, 'stop', 'rec_none')}`,
      `/stop/${id}`,
    ];
    for (const address of wrong) {
      for (const answer of [await get(address), await request(app).post(address).set('Accept-Language', 'en')]) {
        expect(answer.status).toBe(404);
        expect(answer.text).toContain('This link does not work');
      }
    }
    expect((await row(id)).stop_requested_at).toBeNull();
  });
});
