import type { Trx } from '../db/database.ts';
import { isOneAddress } from '../mail/headers.ts';
import type { Services } from '../services.ts';
import { pickLocale } from '../text.ts';
import { askToConfirm } from './request-signup.ts';
import type { Wish } from './wish.ts';

/**
 * Asks a donor who ticked the newsletter while giving to confirm it, as a sign-up would; never with offers, which nobody ticked. Once
 * a gift, and not where the address gets that e-mail already or is not known.
 */
export async function askNewsletterWish(services: Services, donationId: string): Promise<void> {
  await services.db.transaction().execute(async (trx) => {
    const wish = await findWish(trx, donationId);
    const dedupeKey = `newsletter-wish:${donationId}`;
    if (!wish?.email || !isOneAddress(wish.email) || (await isAnswered(trx, wish.email, wish.frequency, dedupeKey))) {
      return;
    }
    const locales = [wish.locale, wish.donor_locale].filter((locale) => locale !== null);
    const request = {
      email: wish.email,
      frequency: wish.frequency,
      offers: false,
      locale: pickLocale(locales, services.config.newsroom.locale),
      articleUrl: wish.article_url ?? undefined,
    };
    await askToConfirm(trx, services, request, dedupeKey);
  });
}

/** With its donor, who is not erased before the mail is written: an erasure empties it then. */
async function findWish(trx: Trx, donationId: string) {
  const wish = await trx
    .selectFrom('donations')
    .innerJoin('donors', 'donors.id', 'donations.donor_id')
    .where('donations.id', '=', donationId)
    .where('donations.newsletter', 'is not', null)
    .select([
      'donors.email',
      'donors.locale as donor_locale',
      'donations.newsletter',
      'donations.locale',
      'donations.article_url',
    ])
    .forShare('donors')
    .executeTakeFirst();
  return wish && { ...wish, frequency: wish.newsletter as Wish['frequency'] };
}

/** Mailed about this gift already, or signed up for just that. */
async function isAnswered(trx: Trx, email: string, frequency: Wish['frequency'], dedupeKey: string): Promise<boolean> {
  const mail = await trx.selectFrom('mails').select('id').where('dedupe_key', '=', dedupeKey).executeTakeFirst();
  const signup = await trx
    .selectFrom('signups')
    .select('id')
    .where('email_key', '=', email.toLowerCase())
    .where('status', '=', 'confirmed')
    .where('frequency', '=', frequency)
    .executeTakeFirst();
  return mail !== undefined || signup !== undefined;
}
