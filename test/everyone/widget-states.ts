import type { Page } from 'playwright-core';
import type { Locale } from '../../src/text.ts';
import { textsOf } from '../../src/text.ts';
import type { Stand } from '../support/stand.ts';

/** Opens the first article of the demo newspaper and waits for the question; what the widget asks of the service may be answered by `answers` instead, by path. */
export async function openQuestion(page: Page, stand: Stand): Promise<void> {
  await page.goto(stand.site.articles[0]!.url);
  await page.locator('gratis-ask .answers').waitFor();
}

/** Every step of the widget in an article, one after the other; `look` is called at each with its name. */
export async function walkTheWidget(
  page: Page,
  stand: Stand,
  locale: Locale,
  look: (step: string) => Promise<unknown>,
): Promise<void> {
  const texts = textsOf(locale, 'widget');
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  await page.route('**/v1/newsletter-signups', (route) =>
    route.fulfill({ status: 202, json: {}, headers: { 'Access-Control-Allow-Origin': '*' } }),
  );
  await page.route('**/v1/donations', (route) =>
    route.fulfill({
      status: 503,
      json: {},
      headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'Retry-After', 'Retry-After': '300' },
    }),
  );
  await openQuestion(page, stand);
  await look('the question');
  await press(texts.no!);
  await look('after no');
  await press(texts.change_answer!);
  await press(texts.yes!);
  await look('after yes');
  await page.locator('gratis-ask input[name=amount][value=own]').check();
  await page.locator('gratis-ask form').first().locator('button.button').click();
  await page.locator('gratis-ask #own-amount-error').filter({ hasText: /./ }).waitFor();
  await look('no amount');
  await page.locator('gratis-ask #own-amount').fill('12');
  await page.locator('gratis-ask form').first().locator('button.button').click();
  await page.locator('gratis-ask [role=alert]').filter({ hasText: '5' }).first().waitFor();
  await look('the service is away');
  await page.locator('gratis-ask #email').fill('reader@example.net');
  await page.locator('gratis-ask form.letter button.button').click();
  await page.getByRole('heading', { name: texts.signed_up }).waitFor();
  await look('signed up');
}
