import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { locales } from '../../src/text.ts';
import { describeBrowser } from '../support/browser.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { axeFindings, lostWords, smallTargets, whileTextIsSpread } from './looks.ts';
import { walkTheWidget } from './widget-states.ts';

describeBrowser('the widget in the demo article', (browser: () => Browser) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand({ environment: { JOBS: 'off' } });
  });
  afterAll(() => stand?.close());

  test.each([390, 1000])(
    'has nothing that axe finds in light or dark, and targets to hit, at each step: %i px',
    async (width) => {
      const page = await browser().newPage({ locale: 'en-IE', viewport: { width, height: 800 }, reducedMotion: 'reduce' });
      await walkTheWidget(page, stand, 'en', async (step) => {
        await page.emulateMedia({ colorScheme: 'light' });
        expect([step, await axeFindings(page, step === 'the question' ? {} : { within: 'gratis-ask' })]).toEqual([step, []]);
        expect([step, await smallTargets(page)]).toEqual([step, []]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect([step, await axeFindings(page, { within: 'gratis-ask', onlyColours: true })]).toEqual([step, []]);
      });
      await page.close();
    },
  );

  test.each(locales)('keeps every word four times as large in %s, also where text is spread', async (locale) => {
    const page = await browser().newPage({ locale, viewport: { width: 320, height: 256 }, reducedMotion: 'reduce' });
    await walkTheWidget(page, stand, locale, async (step) => {
      expect([step, await lostWords(page)]).toEqual([step, []]);
      const spread = await whileTextIsSpread(page, () => lostWords(page));
      expect([`${step}, spread`, spread]).toEqual([`${step}, spread`, []]);
    });
    await page.close();
  });
});
