import type { Selectable } from 'kysely';
import type { Reader } from '../db/database.ts';
import type { Signups } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import type { Services } from '../services.ts';
import { type Locale, pickLocale } from '../text.ts';
import { type KeptWish, signupIdOf, toLinkId } from './wish.ts';

/** What a link to confirm stands for; `confirmed` once that was done. */
export type Confirmation = { readonly confirmed: boolean; readonly consentText: string; readonly locale: Locale };

type Signup = Selectable<Signups>;

/** Reads what a link would confirm; changes nothing. Throws an AppError `link-not-valid` for a wish that is no longer the newest. */
export async function findConfirmation({ db, config }: Services, linkId: string): Promise<Confirmation> {
  const signup = await findSignup(db, linkId);
  const { consent_text, locale, confirmed } = wishOf(signup, linkId);
  return { confirmed, consentText: consent_text, locale: pickLocale([locale], config.newsroom.locale) };
}

/** Signs the address up for what the link stands for; safe twice. Throws an AppError `link-not-valid` as `findConfirmation` does. */
export async function confirmSignup(services: Services, linkId: string): Promise<Confirmation> {
  const { db, clock } = services;
  await db.transaction().execute(async (trx) => {
    const signup = await findSignup(trx, linkId, { lock: true });
    const { confirmed, ...wish } = wishOf(signup, linkId);
    if (!confirmed) {
      await trx
        .updateTable('signups')
        .set({ ...wish, status: 'confirmed', confirmed_at: clock.now(), left_at: null, wish: null })
        .where('id', '=', signup!.id)
        .execute();
    }
  });
  return findConfirmation(services, linkId);
}

function findSignup(reader: Reader, linkId: string, { lock = false } = {}): Promise<Signup | undefined> {
  return reader
    .selectFrom('signups')
    .selectAll()
    .where('id', '=', signupIdOf(linkId))
    .$if(lock, (query) => query.forUpdate())
    .executeTakeFirst();
}

/** The open wish or the confirmed one, whichever the link names. Who has left since has neither. */
function wishOf(signup: Signup | undefined, linkId: string): KeptWish & { confirmed: boolean } {
  const open = signup?.wish as KeptWish | null | undefined;
  if (signup && open && toLinkId(signup.id, open, open.requested_at) === linkId) {
    return { ...open, confirmed: false };
  }
  if (signup?.status === 'confirmed') {
    const { offers, consent_text, article_url } = signup;
    const frequency = signup.frequency as KeptWish['frequency'];
    const requested_at = signup.requested_at.toISOString();
    if (toLinkId(signup.id, { frequency, offers }, requested_at) === linkId) {
      return { frequency, offers, consent_text, article_url, requested_at, locale: signup.locale ?? '', confirmed: true };
    }
  }
  throw new AppError('link-not-valid', 'This link does not work any more.');
}
