import { plusSeconds } from '../clock.ts';
import type { Trx } from '../db/database.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { Services } from '../services.ts';
import type { Locale } from '../text.ts';
import { renderConfirmation } from './render-confirmation.ts';
import { consentText, type KeptWish, type Wish } from './wish.ts';

export type SignupRequest = Wish & {
  readonly email: string;
  readonly locale: Locale;
  readonly articleUrl?: string | undefined;
};

const secondsBetweenMails = 15 * 60;

/**
 * Asks an address to confirm that it wants our e-mail; only that signs it up. At most one such mail an address in 15 minutes, and
 * whoever asks learns nothing about the address.
 */
export async function requestSignup(services: Services, request: SignupRequest): Promise<void> {
  await services.db.transaction().execute((trx) => askToConfirm(trx, services, request));
}

/** The same inside of a transaction; `dedupeKey` names the fact that leads to the mail where that is more than this request. */
export async function askToConfirm(trx: Trx, services: Services, request: SignupRequest, dedupeKey?: string): Promise<void> {
  const { config, clock } = services;
  const { email, frequency, offers, locale, articleUrl = null } = request;
  const now = clock.now();
  const wish: KeptWish = {
    frequency,
    offers,
    consent_text: consentText(locale, config.newsroom.name, request),
    locale,
    article_url: articleUrl,
    requested_at: now.toISOString(),
  };
  const signupId = await noteWish(trx, services, email, wish, now);
  if (signupId) {
    await queueMail(trx, services, {
      kind: 'newsletter-confirmation',
      subjectId: signupId,
      dedupeKey: dedupeKey ?? `newsletter-confirmation:${signupId}:${wish.requested_at}`,
      to: email,
      ...renderConfirmation(config, locale, signupId, wish),
    });
  }
}

/**
 * One statement decides whether this request is the one that is mailed about, however many come at once: it answers the sign-up's id
 * then, else nothing, and changes nothing. Whatever the address has confirmed stays as it is until the wish is confirmed.
 */
async function noteWish(trx: Trx, { newId }: Services, email: string, wish: KeptWish, now: Date): Promise<string | undefined> {
  const noted = await trx
    .insertInto('signups')
    .values({
      ...wish,
      id: newId('sgn'),
      email,
      email_key: email.toLowerCase(),
      status: 'pending',
      confirmation_asked_at: now,
      wish: JSON.stringify(wish),
    })
    .onConflict((conflict) =>
      conflict
        .column('email_key')
        .doUpdateSet((row) => ({
          confirmation_asked_at: row.ref('excluded.confirmation_asked_at'),
          wish: row.ref('excluded.wish'),
        }))
        .where('signups.confirmation_asked_at', '<=', plusSeconds(now, -secondsBetweenMails)),
    )
    .returning('id')
    .executeTakeFirst();
  return noted?.id;
}
