import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { getWidgetConfig } from '../../src/http/get-widget-config.ts';
import type { WidgetConfig } from '../../src/web/widget/config.ts';
import { testConfig } from '../support/settings.ts';
import { edgeApp, edgeServices, ourOrigin } from './edge-app.ts';

const nowhere = 'postgres://nobody@127.0.0.1:1/none';
let services: ReturnType<typeof edgeServices>;
beforeAll(() => {
  services = edgeServices(nowhere);
});
afterAll(() => services.close());

async function read(query = '', headers: Record<string, string> = {}, from = services): Promise<WidgetConfig> {
  const answer = await request(edgeApp(from, getWidgetConfig)).get(`/v1/widget-config${query}`).set(headers);
  expect(answer.status).toBe(200);
  return answer.body;
}

describe("the widget's settings", () => {
  test('are what the newsroom set, in minor units, and need no database', async () => {
    const config = await read();
    expect(config).toMatchObject({
      newsroom: { name: 'The Harbour Light', homepage: 'https://www.example.org/' },
      ask: true,
      demo: false,
      newsletter: true,
      intervals: ['once', 'month', 'year'],
      currency: 'eur',
      links: { donate: 'http://127.0.0.1:3000/donate', terms: 'https://www.example.org/terms' },
    });
    expect(config.currencies.map(({ code }) => code)).toEqual(['eur', 'usd', 'gbp', 'jpy']);
    expect(config.currencies[0]).toEqual({
      code: 'eur',
      digits: 2,
      increment: 1,
      minimum: 50,
      maximum: 1_000_000,
      suggested: { once: [750, 1500, 3000], month: [500, 1000, 2000], year: [5000, 10_000, 20_000] },
      fee: { basis_points: 150, fixed: 25 },
    });
    expect(config.currencies[3]).toMatchObject({ digits: 0, minimum: 50, suggested: { once: [1000, 2000, 5000] } });
  });

  test('say nothing of fees in a currency whose rate is not known', async () => {
    const currencies = { chf: { maximum: '100', suggested: { once: ['5'], month: ['5'], year: ['5'] } } };
    const other = edgeServices(nowhere, { config: testConfig({}, { currencies }) });
    expect((await read('', {}, other)).currencies[0]!.fee).toBeNull();
    await other.close();
  });

  test.each([
    ['?locale=de-DE', '', 'de-DE', 'eur', 'ltr'],
    ['?locale=de-CH', '', 'de-CH', 'eur', 'ltr'],
    ['?locale=de', '', 'de', 'eur', 'ltr'],
    ['?locale=en-US', '', 'en-US', 'usd', 'ltr'],
    ['?locale=en-GB', 'de', 'en-GB', 'gbp', 'ltr'],
    ['?locale=en_GB', '', 'en-GB', 'gbp', 'ltr'],
    ['?locale=ja', 'de-DE', 'de-DE', 'jpy', 'ltr'],
    ['?locale=ja', '', 'en', 'jpy', 'ltr'],
    ['?locale=ar-EG', '', 'ar-EG', 'eur', 'rtl'],
    ['', 'es-MX,en;q=0.5', 'es-MX', 'eur', 'ltr'],
    ['', 'xx, de-AT;q=0.8, en;q=0.9', 'en', 'eur', 'ltr'],
    ['?locale=%22-%22', '', 'en', 'eur', 'ltr'],
    ['', '', 'en', 'eur', 'ltr'],
  ])('for %j and Accept-Language %j speak %s, in %s', async (query, accept, locale, currency, direction) => {
    const config = await read(query, accept ? { 'Accept-Language': accept } : {});
    expect(config).toMatchObject({ locale, currency, direction });
  });

  test('carry the texts of the language', async () => {
    expect((await read('?locale=de')).texts.no).toBe('Nein');
    expect((await read('?locale=en')).texts.no).toBe('No');
  });

  test('offer other articles than the one that is being read', async () => {
    const titles = async (query: string) => (await read(query)).other_articles.map(({ title }) => title);
    expect(await titles('')).toHaveLength(2);
    expect(await titles('?article=https%3A%2F%2Fwww.example.org%2Fquay%3Futm%3D1%23top')).toEqual([
      'The night shift at the lock',
    ]);
  });

  test('are refused for an article of somebody else, with the field that is wrong', async () => {
    const answer = await request(edgeApp(services, getWidgetConfig)).get('/v1/widget-config?article=https://evil.example/a');
    expect(answer.status).toBe(400);
    expect(answer.body.errors[0].pointer).toBe('/article');
    expect(answer.text).not.toContain('evil');
  });

  test('may be kept for a minute, apart for each language and origin', async () => {
    const answer = await request(edgeApp(services, getWidgetConfig)).get('/v1/widget-config').set('Origin', ourOrigin);
    expect(answer.headers['cache-control']).toBe('public, max-age=60');
    expect(answer.headers.vary).toBe('Origin, Accept-Language');
    expect(answer.headers['access-control-allow-origin']).toBe(ourOrigin);
  });

  test('say so in a demo', async () => {
    const demo = edgeServices(nowhere, { config: { ...testConfig(), demo: {} } });
    expect((await read('', {}, demo)).demo).toBe(true);
    await demo.close();
  });
});
