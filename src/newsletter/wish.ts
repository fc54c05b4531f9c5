import { type Locale, speak } from '../text.ts';

/** What somebody asks to get by e-mail. */
export type Wish = { readonly frequency: 'daily' | 'weekly'; readonly offers: boolean };

/** A wish as it is kept beside a sign-up until it is confirmed. */
export type KeptWish = Wish & { consent_text: string; locale: string; article_url: string | null; requested_at: string };

/** The words that are agreed to by confirming, in the reader's language. */
export function consentText(locale: Locale, newsroom: string, { frequency, offers }: Wish): string {
  const say = speak(locale, 'newsletter');
  return [say('consent', { newsroom, frequency }), offers && say('consent_offers')].filter(Boolean).join(' ');
}

/** What a link to confirm is signed over: one wish, made at one instant (ISO 8601), so that it confirms nothing newer. */
export function toLinkId(signupId: string, { frequency, offers }: Wish, requestedAt: string): string {
  return [signupId, frequency, offers ? 'offers' : 'plain', requestedAt].join(' ');
}

/** The sign-up that a link to confirm is about. */
export function signupIdOf(linkId: string): string {
  return linkId.split(' ')[0] ?? '';
}
