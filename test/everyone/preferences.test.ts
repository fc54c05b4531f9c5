import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { createDonation } from '../../src/donations/create-donation.ts';
import { money } from '../../src/money.ts';
import { describeBrowser } from '../support/browser.ts';
import { openStand, type Stand } from '../support/stand.ts';
import { axeFindings } from './looks.ts';
import { openQuestion } from './widget-states.ts';

describeBrowser('what readers have set, and what they are told', (browser: () => Browser) => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand({ environment: { JOBS: 'off' } });
  });
  afterAll(() => stand?.close());

  const pendingGift = () =>
    createDonation(stand.live, {
      amount: money(750n, toCurrency('eur')),
      interval: 'once',
      coverFees: false,
      anonymous: false,
      locale: 'en',
    });
  const running = (page: Page) =>
    page.evaluate(() => document.getAnimations().filter(({ playState }) => playState === 'running').length);

  test('nothing moves for those who want less motion', async () => {
    const { id } = await pendingGift();
    const page = await browser().newPage({ locale: 'en', reducedMotion: 'no-preference' });
    await page.goto(`${stand.url}/thanks/${id}`);
    expect(await running(page)).toBe(1);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    expect(await running(page)).toBe(0);
    await openQuestion(page, stand);
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    expect(await running(page)).toBe(0);
    await page.close();
  });

  test('with colours of their own, what is chosen, pressed and wrong can still be told apart', async () => {
    const page = await browser().newPage({ locale: 'en', forcedColors: 'active', reducedMotion: 'reduce' });
    const look = (selector: string) =>
      page
        .locator(selector)
        .first()
        .evaluate((element) => {
          const { backgroundColor, borderTopStyle, borderTopWidth } = getComputedStyle(element);
          return { backgroundColor, edge: `${borderTopStyle} ${borderTopWidth}` };
        });
    const expectToldApart = async (within: string) => {
      const chosen = await look(`${within} input:checked + span`);
      const others = await look(`${within} input:not(:checked) + span`);
      expect(chosen.backgroundColor).not.toBe(others.backgroundColor);
      expect([others.edge, (await look(`${within} .button`)).edge]).toEqual(['solid 1px', 'solid 1px']);
    };
    await page.goto(`${stand.url}/donate?currency=eur`);
    await expectToldApart('form.gift');
    await page.locator('[name=amount_once][value=own]').check();
    await page.locator('form.gift button').click();
    await page.locator('.notice.problem').waitFor();
    const edge = await page.locator('.notice.problem').evaluate((notice) => getComputedStyle(notice).borderInlineStart);
    expect(edge).toMatch(/^4px solid/);
    expect(await axeFindings(page)).toEqual([]);
    await openQuestion(page, stand);
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    await expectToldApart('gratis-ask');
    await page.close();
  });

  test('what is asked about a person can be filled in by the browser, and what is not says so', async () => {
    const page = await browser().newPage({ locale: 'en' });
    await openQuestion(page, stand);
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    const email = page.getByLabel('E-mail address');
    expect([await email.getAttribute('autocomplete'), await email.getAttribute('type')]).toEqual(['email', 'email']);
    expect(await page.locator('#own-amount').getAttribute('autocomplete')).toBe('off');
    await page.goto(`${stand.url}/donate`);
    expect(await page.locator('#own_amount').getAttribute('autocomplete')).toBe('off');
    expect(await page.locator('input:not([type=hidden]):not([type=radio]):not([type=checkbox])').count()).toBe(1);
    await page.close();
  });

  test('names and addresses in another language than the page say which', async () => {
    const page = await browser().newPage({ locale: 'ar' });
    await page.goto(`${stand.url}/donate`);
    expect(await page.locator('html').getAttribute('lang')).toBe('ar');
    for (const part of ['.masthead > a', '.colophon > p']) {
      expect(await page.locator(part).getAttribute('lang')).toBe('en');
      expect(await page.locator(`${part} > bdi`).count()).toBe(1);
    }
    await openQuestion(page, stand);
    expect(await page.locator('gratis-ask .box').evaluate((box: HTMLElement) => [box.lang, box.dir])).toEqual(['ar', 'rtl']);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.close();
  });

  test('the language that was asked for stays through a form that is refused and another currency', async () => {
    const page = await browser().newPage({ locale: 'en' });
    await page.goto(`${stand.url}/donate?locale=de&currency=eur`);
    await page.getByRole('link', { name: 'GBP' }).click();
    await page.getByRole('radio', { name: 'Anderer' }).check();
    await page.getByRole('button', { name: 'Weiter zur Zahlung' }).click();
    await page.getByText('Bitte sehen Sie sich das noch einmal an:').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    await page.close();
  });

  test('a page that waits tells in place what has become of the gift, and takes a lost focus to its heading', async () => {
    const { id } = await pendingGift();
    const page = await browser().newPage({ locale: 'en' });
    await page.clock.install();
    await page.goto(`${stand.url}/thanks/${id}`);
    const said = page.getByRole('status');
    await said.evaluate((element) => element.setAttribute('data-seen', 'since the beginning'));
    await page.getByRole('link', { name: 'Not paid yet?' }).focus();
    const waiting = await page.title();
    await stand.live.db
      .updateTable('donations')
      .set({ status: 'succeeded', paid_at: new Date(), stripe_charge_id: 'ch_waited_for' })
      .where('id', '=', id)
      .execute();
    await page.clock.runFor(2500);
    await page.getByText('Your donation has arrived').waitFor();
    expect(await said.getAttribute('data-seen')).toBe('since the beginning');
    expect(await said.getAttribute('class')).toBe('status received');
    expect(await page.locator('h1').evaluate((heading) => heading === document.activeElement)).toBe(true);
    expect([waiting, await page.title()]).toEqual([
      'We are waiting for confirmation of your payment · The Harbour Light',
      'Your donation has arrived · The Harbour Light',
    ]);
    await page.close();
  });

  test('the widget tells each step by its heading, and what happens within a step by a status or an alert', async () => {
    const page = await browser().newPage({ locale: 'en', reducedMotion: 'reduce' });
    await page.route('**/v1/votes', (route) =>
      route.fulfill({ status: 429, json: {}, headers: { 'Access-Control-Allow-Origin': '*' } }),
    );
    await openQuestion(page, stand);
    const inTheTree = await page
      .locator('gratis-ask [role=status]')
      .first()
      .evaluate((status) => getComputedStyle(status).display !== 'none');
    expect(inTheTree).toBe(true);
    const heading = () => page.evaluate(() => document.activeElement?.shadowRoot?.activeElement?.textContent);
    await page.getByRole('button', { name: 'No', exact: true }).click();
    expect(await heading()).toBe("We're sorry to hear that; give us another try");
    await page.getByRole('status').filter({ hasText: 'Your answer was not counted' }).waitFor();
    await page.getByRole('button', { name: 'Change my answer' }).click();
    expect(await heading()).toBe('Was this article helpful?');
    await page.getByRole('button', { name: 'Yes', exact: true }).click();
    expect(await heading()).toBe('Help keep us free for everyone, by a recurring donation or a one-time donation of any amount');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: /^Give/ }).click();
    await page.getByRole('alert').filter({ hasText: 'We could not be reached.' }).waitFor();
    await page.close();
  });
});
