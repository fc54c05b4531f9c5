import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, giveOnce } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { awkwardAddresses } from './addresses.ts';
import { chanceOf, inParallel, isLong } from './chance.ts';

const addresses = awkwardAddresses(chanceOf(), isLong ? 5000 : 300);

let stand: Stand;
let allowed: string[];
beforeAll(async () => {
  stand = await openStand({
    newsroom: { limits: { gifts_per_source_in_ten_minutes: 100_000 } },
    environment: { SITE_ORIGINS: 'https://www.example.org' },
  });
  allowed = ['https://www.example.org', stand.url, stand.stripeUrl];
});
afterAll(() => stand.close());

/** Where an address leads from a page at `path`: as a browser reads it. */
const originOf = (address: string, path: string) => URL.parse(address, `${stand.url}${path}`)?.origin;

const plainText = (text: string) => text.replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)));

/** Follows nothing: says where the answer would lead, by its Location and by every link, form and refresh of its page. */
async function leadsTo(path: string, post?: Record<string, string>): Promise<string[]> {
  const sent = post && { method: 'POST', body: new URLSearchParams(post) };
  const answer = await fetch(`${stand.url}${path}`, { redirect: 'manual', ...sent });
  const html = await answer.text();
  const links = [...html.matchAll(/\b(?:href|action|src)="([^"]*)"|content="\d+;\s*url=([^"]*)"/g)].map((found) =>
    plainText(found[1] ?? found[2] ?? ''),
  );
  const location = answer.headers.get('location');
  expect(answer.headers.has('refresh')).toBe(false);
  expect(answer.status, path).toBeLessThan(500);
  return [...links, ...(location === null ? [] : [location])];
}

async function expectNoWayOut(path: string, post?: Record<string, string>): Promise<void> {
  for (const link of await leadsTo(path, post)) {
    expect(allowed, `${path} leads to ${link}`).toContain(originOf(link, path));
  }
}

describe(`${addresses.length} addresses that would lead away`, () => {
  test('lead nowhere else from any page, whichever field they are in', { timeout: 120_000 }, async () => {
    await inParallel([...addresses.entries()], 8, async ([number, address]) => {
      const encoded = encodeURIComponent(address);
      await expectNoWayOut(`/donate?article=${encoded}&gift=${encoded}&return=${encoded}&next=${encoded}`);
      if (isLong || number % 3 === 0) {
        const tokens = ['/thanks/', '/stop/', '/newsletter/confirm/', '/newsletter/leave/', '/problems/', '/assets/', '//', '/'];
        await expectNoWayOut(`${tokens[Math.floor(number / 3) % tokens.length]}${encoded}`);
      }
      if (isLong || number % 10 === 0) {
        await expectNoWayOut('/donate', {
          interval: 'once',
          amount_once: '750',
          currency: 'eur',
          article: address,
          gift: address,
        });
      }
    });
  });

  test('are no article, unless they are one of ours; and Stripe is told to come back to us alone', {
    timeout: 120_000,
  }, async () => {
    await inParallel([...addresses.entries()], 8, async ([number, address]) => {
      const answer = await ask(stand, 'POST', '/v1/donations', { amount: 750, currency: 'eur', article: { url: address } });
      expect([201, 400], address).toContain(answer.status);
      const { id } = (await answer.json()) as { id?: string };
      if (id) {
        expect(URL.parse(address)?.origin).toBe('https://www.example.org');
        await expectNoWayOut(`/thanks/${id}`);
        await expectNoWayOut(`/donate?gift=${id}`);
      }
      if (!isLong && number % 3 !== 0) {
        return;
      }
      const config = await fetch(`${stand.url}/v1/widget-config?article=${encodeURIComponent(address)}`);
      expect(config.status).toBe(id ? 200 : 400);
    });
    const { rows } = await stand.database.pool.query(
      'select distinct article_url from donations where article_url is not null union select article_url from votes',
    );
    expect(
      rows.map(({ article_url }) => new URL(article_url).origin).filter((origin) => origin !== 'https://www.example.org'),
    ).toEqual([]);
    const { data } = await stand.stripe.checkout.sessions.list({ limit: 100 });
    for (const { success_url, cancel_url } of data) {
      expect([success_url, cancel_url].map((url) => new URL(url!).origin)).toEqual([stand.url, stand.url]);
    }
  });

  test('change nothing about where a host says it is, or a proxy says it was', async () => {
    const gift = await giveOnce(stand, { amount: 750, currency: 'eur' });
    const lies: Record<string, string>[] = [
      { Host: 'evil.example' },
      { 'X-Forwarded-Host': 'evil.example' },
      { Forwarded: 'host=evil.example' },
    ];
    for (const headers of lies) {
      const answer = await fetch(`${stand.url}/thanks/${gift.id}`, { headers });
      expect(await answer.text()).not.toContain('evil.example');
      const begun = await ask(stand, 'POST', '/v1/donations', { amount: 750, currency: 'eur' }, headers);
      expect(new URL(((await begun.json()) as { checkout_url: string }).checkout_url).origin).toBe(stand.stripeUrl);
    }
    const { data } = await stand.stripe.checkout.sessions.list({ limit: 5 });
    expect(data.every(({ success_url }) => success_url!.startsWith(stand.url))).toBe(true);
  });
});
