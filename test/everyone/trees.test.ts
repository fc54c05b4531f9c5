import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeBrowser } from '../support/browser.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { walkTheWidget } from './widget-states.ts';

/** What a screen reader is given, kept as files to be read: `trees/`. `npx vitest run test/everyone/trees.test.ts --update` writes them anew. */
describeBrowser('what is read out', (browser: () => Browser) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand({ environment: { JOBS: 'off' } });
  });
  afterAll(() => stand?.close());

  test.each(['en', 'ar'] as const)('by the widget at each step: %s', async (locale) => {
    const page = await browser().newPage({ locale, reducedMotion: 'reduce' });
    const steps: string[] = [];
    await walkTheWidget(page, stand, locale, async (step) => {
      const tree = await page.locator('gratis-ask').ariaSnapshot();
      steps.push(`# ${step}\n${tree.replaceAll(/127\.0\.0\.1:\d+/g, 'gratis.example')}\n`);
    });
    await expect(steps.join('\n')).toMatchFileSnapshot(`trees/widget.${locale}.txt`);
    await page.close();
  });

  test.each(['en', 'ar'] as const)('by /donate, as it opens and refused: %s', async (locale) => {
    const page = await browser().newPage({ locale, reducedMotion: 'reduce' });
    await page.goto(`${stand.url}/donate?currency=eur`);
    const empty = await page.locator('body').ariaSnapshot();
    await page.locator('[name=amount_once][value=own]').check();
    await page.locator('#own_amount').fill('0.10');
    await page.locator('form.gift button').click();
    await page.locator('.notice.problem').waitFor();
    const refused = await page.locator('body').ariaSnapshot();
    await expect(`# as it opens\n${empty}\n\n# refused\n${refused}\n`).toMatchFileSnapshot(`trees/donate.${locale}.txt`);
    await page.close();
  });
});
