import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Currency } from '../../src/currency.ts';
import { money } from '../../src/money.ts';
import { renderReceipt } from '../../src/receipts/render-receipt.ts';
import { directionOf, formatDay, locales, textsOf } from '../../src/text.ts';
import { describeBrowser } from '../support/browser.ts';
import { insertGift } from '../support/gifts.ts';
import { testConfig } from '../support/settings.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { openQuestion } from './widget-states.ts';
import { expectedWords } from './words.ts';

const paidAt = new Date('2026-11-23T12:00:00Z');
const nextAt = new Date('2026-12-23T12:00:00Z');

/** Marks that cannot be seen, as they are written here: ‹isolate›, a right-to-left mark, a space that does not break. */
const legible = (text: string) =>
  text
    .replaceAll('\u2068', '‹')
    .replaceAll('\u2069', '›')
    .replaceAll('\u200f', '⟵')
    .replaceAll(/[\u00a0\u202f]/g, '_');

describe('amounts and days in a mail', () => {
  test.each(locales)('are written as in %s', (locale) => {
    const { subject, text } = renderReceipt(testConfig(), locale, {
      number: '2026-000017',
      issuedAt: paidAt,
      amount: money(123_450n, 'usd' as Currency),
      feeCoverMinor: 350n,
      paidAt,
      donorName: 'Ada',
      article: { title: 'Who owns the quay?', url: 'https://www.example.org/quay' },
      recurring: { interval: 'month', nextAt, stopUrl: 'https://give.example.org/stop/x' },
      correction: undefined,
    });
    const said = [subject, ...text.split('\n').filter((line) => /\d.*\d/.test(line) && !line.includes('http'))].map(legible);
    expect(said).toEqual(expectedWords[locale].mail);
  });
});

describe('days', () => {
  test.each([
    ['en', '1 December 2026'],
    ['de', '1. Dezember 2026'],
    ['es', '1 de diciembre de 2026'],
    ['ar', '1 ديسمبر 2026'],
  ] as const)('cannot be taken for another in %s', (locale, said) => {
    expect(formatDay(new Date('2026-11-30T23:30:00Z'), locale, 'Europe/Berlin')).toBe(said);
  });
});

describeBrowser('amounts and days', (browser: () => Browser) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand({ environment: { JOBS: 'off' } });
  });
  afterAll(() => stand?.close());

  test.each(locales)(
    'are written on the pages as in %s, each in its own direction, from the side where reading begins',
    async (locale) => {
      const gift = {
        amountMinor: 123_450n,
        paidAt,
        article: { url: 'https://www.example.org/quay', title: 'Who owns the quay?' },
      };
      const once = await insertGift(stand.live, { ...gift, currency: 'jpy', amountMinor: 1500n });
      const monthly = await insertGift(stand.live, {
        ...gift,
        currency: 'usd',
        subscription: { interval: 'month', periodEnd: nextAt },
      });
      const page = await browser().newPage({ locale, viewport: { width: 1000, height: 800 } });
      const facts: string[] = [];
      for (const id of [once.donationId, monthly.subscriptionId]) {
        await page.goto(`${stand.url}/thanks/${id}`);
        for (const fact of await page.locator('.facts > div').all()) {
          expect(await fact.locator('dd > bdi').count()).toBe(1);
          facts.push((await fact.locator('dt, dd').allTextContents()).map(legible).join(': '));
        }
      }
      await page.goto(`${stand.url}/donate?currency=gbp`);
      const tiles = (await page.locator('[data-interval=once] .choice').allTextContents()).map(legible);
      const sum = legible((await page.locator('output.sum').textContent())!);
      expect({ facts, tiles, sum }).toEqual(expectedWords[locale].pages);

      const [word, value] = await Promise.all(
        ['.choices legend', '.choices .choice'].map((part) => page.locator(part).first().boundingBox()),
      );
      const card = (await page.locator('.card').boundingBox())!;
      const fromStart = (box: typeof word) =>
        directionOf(locale) === 'rtl' ? card.x + card.width - box!.x - box!.width : box!.x - card.x;
      expect(await page.locator('html').getAttribute('dir')).toBe(directionOf(locale));
      expect([fromStart(word) < 60, fromStart(value) < 60]).toEqual([true, true]);
      const [first, second] = await page.locator('[data-interval=once] .choice').all();
      const isMirrored = (await first!.boundingBox())!.x > (await second!.boundingBox())!.x;
      expect(isMirrored).toBe(directionOf(locale) === 'rtl');
      await page.close();
    },
  );

  test.each(locales)('are written in the widget as in %s, and waits are counted as that language counts', async (locale) => {
    const page = await browser().newPage({ locale, reducedMotion: 'reduce' });
    await openQuestion(page, stand);
    const widget = page.locator('gratis-ask');
    await widget.locator('.answers button').first().click();
    await widget.locator('select').selectOption('eur');
    const tiles = (await widget.locator('.amount-row .choice').allTextContents()).map(legible);
    const give = legible((await widget.locator('form .button').first().textContent())!);
    await widget.locator('input[name=amount][value=own]').check();
    const hint = legible((await widget.locator('#own-amount-hint').textContent())!);
    await widget.locator('#own-amount').fill('12');
    const [before = '', after = ''] = textsOf(locale, 'widget').unavailable_wait!.split('{wait}');
    const waits: string[] = [];
    for (const seconds of [1, 60, 120, 300, 660]) {
      await page.route('**/v1/donations', (route) => {
        const headers = {
          'Access-Control-Allow-Origin': '*',
          'Access-Control-Expose-Headers': 'Retry-After',
          'Retry-After': String(seconds),
        };
        return route.fulfill({ status: 503, json: {}, headers });
      });
      await Promise.all([page.waitForResponse('**/v1/donations'), widget.locator('form .button').first().click()]);
      const alert = (await widget.locator('[role=alert]').filter({ hasText: /./ }).first().textContent())!;
      waits.push(legible(alert.slice(before.length, alert.length - after.length)));
    }
    expect({ tiles, give, hint, waits }).toEqual(expectedWords[locale].widget);
    await page.close();
  });
});
