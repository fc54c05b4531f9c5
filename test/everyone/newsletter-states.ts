import type { Page } from 'playwright-core';
import { requestSignup } from '../../src/newsletter/request-signup.ts';
import type { Locale } from '../../src/text.ts';
import type { Stand } from '../support/stand.ts';
import type { States } from './states.ts';
import { submitTo } from './submit-to.ts';

/** What the links in the newsletter's mails lead to, each reader's in their own language. */
export async function newsletterStates(stand: Stand): Promise<States> {
  const links = Object.fromEntries(
    await Promise.all(
      (['en', 'de', 'es', 'ar'] as const).map(async (locale) => [
        locale,
        { open: await signUp(stand, locale, 'daily'), done: await signUp(stand, locale, 'weekly') },
      ]),
    ),
  ) as Record<Locale, Record<'open' | 'done', { confirm: string; leave: string }>>;
  const bad = (purpose: string) => `${stand.url}/newsletter/${purpose}/not-one-of-ours`;
  const confirmed = async (page: Page, locale: Locale) => submitTo(page, links[locale].done.confirm);
  return {
    'GET /newsletter/confirm/{token}': [
      { name: 'to confirm', open: (page, locale) => page.goto(links[locale].open.confirm) },
      {
        name: 'confirmed',
        async open(page, locale) {
          await confirmed(page, locale);
          await page.goto(links[locale].done.confirm);
        },
      },
      { name: 'bad link', open: (page) => page.goto(bad('confirm')) },
    ],
    'POST /newsletter/confirm/{token}': [
      { name: 'confirmed', open: confirmed },
      {
        name: 'confirmed twice',
        async open(page, locale) {
          await confirmed(page, locale);
          await confirmed(page, locale);
        },
      },
      { name: 'bad link', open: (page) => submitTo(page, bad('confirm')) },
    ],
    'GET /newsletter/leave/{token}': [
      { name: 'to leave', open: (page, locale) => page.goto(links[locale].done.leave) },
      { name: 'to leave before confirming', open: (page, locale) => page.goto(links[locale].open.leave) },
      { name: 'bad link', open: (page) => page.goto(bad('leave')) },
    ],
    'POST /newsletter/leave/{token}': [
      { name: 'left', open: async (page) => submitTo(page, (await signUp(stand, 'en', 'daily')).leave) },
      {
        name: 'left twice',
        async open(page) {
          const { leave } = await signUp(stand, 'en', 'weekly');
          await submitTo(page, leave);
          await submitTo(page, leave);
        },
      },
      { name: 'bad link', open: (page) => submitTo(page, bad('leave')) },
    ],
  };
}

let signups = 0;

/** Signs a fresh address up; answers the links of the mail that is waiting to be sent. */
async function signUp(stand: Stand, locale: Locale, frequency: 'daily' | 'weekly'): Promise<{ confirm: string; leave: string }> {
  signups += 1;
  const email = `reader-${signups}@example.net`;
  await requestSignup(stand.live, { email, frequency, offers: frequency === 'daily', locale });
  const mail = await stand.live.db
    .selectFrom('mails')
    .select('text_body')
    .where('to_address', '=', email)
    .executeTakeFirstOrThrow();
  const linkTo = (purpose: string) => new RegExp(`http://\\S+/newsletter/${purpose}/\\S+`).exec(mail.text_body!)![0];
  return { confirm: linkTo('confirm'), leave: linkTo('leave') };
}
