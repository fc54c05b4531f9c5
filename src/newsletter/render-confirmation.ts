import type { Config } from '../config.ts';
import { layOutLetter } from '../mail/letter-layout.ts';
import { signLink } from '../signed-link.ts';
import { isolate, type Locale, speak } from '../text.ts';
import { type KeptWish, toLinkId } from './wish.ts';

/** The mail that asks to confirm a wish; its List-Unsubscribe leaves with one click (RFC 8058). */
export function renderConfirmation(
  config: Config,
  locale: Locale,
  signupId: string,
  wish: KeptWish,
): { subject: string; text: string; html: string; headers: Record<string, string> } {
  const say = speak(locale, 'newsletter');
  const newsroom = isolate(locale, config.newsroom.name);
  const link = (purpose: 'confirm' | 'leave', id: string) =>
    `${config.publicUrl}/newsletter/${purpose}/${signLink(config.sessionSecret, `newsletter-${purpose}`, id)}`;
  const leave = link('leave', signupId);
  const letter = layOutLetter(config, {
    locale,
    title: say('mail_title'),
    blocks: [
      { kind: 'text', text: say('mail_opening', { newsroom }) },
      { kind: 'quote', text: wish.consent_text },
      { kind: 'action', text: say('mail_confirm'), href: link('confirm', toLinkId(signupId, wish, wish.requested_at)) },
      { kind: 'fine', text: say('mail_not_you') },
      { kind: 'link', text: say('mail_leave'), href: leave },
    ],
  });
  return {
    subject: say('mail_subject', { newsroom }),
    ...letter,
    headers: { 'List-Unsubscribe': `<${leave}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' },
  };
}
