import type { AppError, ErrorCode } from '../../errors.ts';
import { type Html, html, safeHref } from '../../html.ts';
import type { Services } from '../../services.ts';
import { isolate, type Locale, speak } from '../../text.ts';
import { page } from './layout.ts';

const kinds: Partial<Record<ErrorCode, string>> = {
  'not-found': 'missing',
  'method-not-allowed': 'missing',
  'donation-not-found': 'missing',
  'subscription-not-found': 'missing',
  'link-not-valid': 'link',
  'too-many-requests': 'many',
  'giving-is-paused': 'paused',
  'stripe-unavailable': 'away',
  'stripe-refused': 'away',
  'stripe-object-gone': 'away',
  'stripe-value-unknown': 'away',
  'database-unavailable': 'away',
  'request-in-progress': 'away',
  unexpected: 'unexpected',
};

/** A page for a person who met an error, in their language; what exactly was wrong with a field stands in no such page. */
export function problemPage(services: Pick<Services, 'config'>, error: AppError, locale: Locale): Html {
  const say = speak(locale, 'problem');
  const kind = kinds[error.code] ?? 'refused';
  const { newsroom } = services.config;
  const body = html`<article class="card">
<h1 class="headline">${say(kind)}</h1>
<p class="lead">${say(`${kind}_detail`)}</p>
<div class="actions"><a class="button" href="${safeHref(newsroom.homepage)}">${say('home', { newsroom: isolate(locale, newsroom.name) })}</a></div>
</article>`;
  return page({ services, locale, title: say(kind), body });
}
