import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { directionOf, locales } from '../../src/text.ts';
import { describeBrowser } from '../support/browser.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { lostWords, whileTextIsSpread } from './looks.ts';
import { everyState, type States } from './states.ts';

/** States that show a page which another state shows too. */
const shownElsewhere = /bad link|twice|pressed|giving is paused/;

/** The longest words, and the other direction: every state is looked at in these, and the first of every page in all. */
const hardest = ['de', 'ar'];

/** A window of 1280 by 1024 at 400 %. */
const viewport = { width: 320, height: 256 };

describeBrowser('at 400 %', (browser: () => Browser) => {
  let stand: Stand;
  let states: States;
  beforeAll(async () => {
    stand = await openStand({ environment: { JOBS: 'off' } });
    states = await everyState(stand);
  });
  afterAll(() => stand?.close());

  test.each(locales)('every page in %s keeps every word, nothing scrolls sideways, and text may be spread', async (locale) => {
    const page: Page = await browser().newPage({ locale, viewport, reducedMotion: 'reduce' });
    for (const [name, each] of Object.entries(states)) {
      const own = each.filter((state) => !shownElsewhere.test(state.name));
      for (const state of hardest.includes(locale) ? own : own.slice(0, 1)) {
        await state.open(page, locale);
        const about = `${name}, ${state.name}`;
        expect([about, await lostWords(page)]).toEqual([about, []]);
        const spread = await whileTextIsSpread(page, () => lostWords(page));
        expect([`${about}, spread`, spread]).toEqual([`${about}, spread`, []]);
      }
    }
    expect(await page.locator('html').getAttribute('dir')).toBe(directionOf(locale));
    await page.close();
  });
});
