import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../src/app.ts';
import { policyOf } from '../../src/http/policies.ts';
import { describeBrowser } from '../support/browser.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { axeFindings, smallTargets } from './looks.ts';
import { everyState, type States } from './states.ts';

/** Pages whose markup is another project's. */
const notOurs = ['GET /docs'];

const pages = routes
  .map(({ name }) => name)
  .filter((name) => ['page', 'form', 'docs'].includes(policyOf(name).class) && !notOurs.includes(name));

describeBrowser('every page, in every state', (browser: () => Browser) => {
  let stand: Stand;
  let states: States;
  let page: Page;
  const titles = new Map<string, string>();
  beforeAll(async () => {
    stand = await openStand({ environment: { JOBS: 'off' } });
    states = await everyState(stand);
    page = await browser().newPage({ locale: 'en-IE', viewport: { width: 1000, height: 800 } });
  });
  afterAll(() => stand?.close());

  test('stands in the table of states, at least three times', () => {
    expect(Object.keys(states).sort()).toEqual([...pages, 'problems'].sort());
    expect(Object.entries(states).filter(([, each]) => each.length < 3)).toEqual([]);
  });

  describe.each([...pages, 'problems'])('%s', (name) => {
    test('has nothing that axe finds in light or dark, one heading, targets to hit, and a title that says its state', async () => {
      for (const state of states[name]!) {
        await page.emulateMedia({ colorScheme: 'light' });
        await state.open(page, 'en');
        const about = `${name}, ${state.name}`;
        expect([about, await axeFindings(page)]).toEqual([about, []]);
        expect([about, await smallTargets(page)]).toEqual([about, []]);
        expect([about, await page.locator('h1').count()]).toEqual([about, 1]);
        await page.emulateMedia({ colorScheme: 'dark' });
        expect([about, await axeFindings(page, { onlyColours: true })]).toEqual([about, []]);
        const said = (await page.locator('h1, .status strong, p[role=alert], [role=alert] > p').allTextContents()).join(' ');
        const title = await page.title();
        expect(titles.get(title) ?? said).toBe(said);
        titles.set(title, said);
      }
    });
  });
});
