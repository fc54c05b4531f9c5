import { type Html, html, safeHref } from '../../html.ts';
import type { Services } from '../../services.ts';
import { isolate, type Locale, speak } from '../../text.ts';
import { type Fact, factList } from './gift-words.ts';
import { lookAgain, page } from './layout.ts';

/** In whose name and language a page speaks. */
export type About = { services: Pick<Services, 'config'>; locale: Locale };

/** What a thank-you page says of one gift. */
export type Thanks = {
  readonly gift: { id: string; status: string };
  /** Nothing will change by waiting. */
  readonly final: boolean;
  readonly tone: 'pending' | 'received' | 'returned' | 'failed';
  readonly headline: string;
  readonly status: string;
  readonly details: string[];
  readonly facts: Fact[];
  readonly articleUrl: string | null;
  /** Where to begin or go on with the same choice. */
  readonly again?: { text: string; first: boolean };
};

/** The page for whatever has become of a gift, which becomes the next one by itself while something may change. */
export function thanksPage({ services, locale }: About, thanks: Thanks): Html {
  const body = html`<article class="card">
<h1 class="headline">${thanks.headline}</h1>
<div class="status ${thanks.tone}" role="status"><strong>${thanks.status}</strong>
<p>${thanks.details.join(' ')}</p></div>
${!thanks.final && lookAgain(speak(locale, 'giving'))}
${factList(thanks.facts)}
${actions({ services, locale }, thanks)}
</article>`;
  return page({ services, locale, title: thanks.status, body, ...(!thanks.final && { waitingFor: thanks.gift }) });
}

function actions({ services, locale }: About, { articleUrl, again, gift }: Thanks): Html {
  const say = speak(locale, 'giving');
  const { name, homepage } = services.config.newsroom;
  const back = articleUrl
    ? { href: articleUrl, text: say('back_to_article') }
    : { href: homepage, text: say('home', { newsroom: isolate(locale, name) }) };
  const retry = again && html`<a class="${again.first ? 'button' : 'quiet'}" href="/donate?gift=${gift.id}">${again.text}</a> `;
  const home = html`<a class="${again?.first ? 'quiet' : 'button'}" href="${safeHref(back.href)}">${back.text}</a> `;
  return html`<div class="actions">${again?.first ? [retry, home] : [home, retry]}</div>`;
}
