import { type Html, html, safeHref } from '../../html.ts';
import type { Services } from '../../services.ts';
import { type Locale, speak } from '../../text.ts';
import { page } from './layout.ts';

type Said = { title: string; lead: string /** Words that are quoted, such as what is agreed to. */; quoted?: string };

/** A page that asks for one click; the form goes back to the address it stands at. */
export function askPage(services: Services, locale: Locale, said: Said & { button: string }): Html {
  const body = html`<article class="card">
<h1 class="headline">${said.title}</h1>
<p class="lead">${said.lead}</p>
<form method="post"><div class="actions"><button class="button">${said.button}</button></div></form>
</article>`;
  return page({ services, locale, title: said.title, body });
}

/** A page that says what has happened. */
export function donePage(services: Services, locale: Locale, said: Said): Html {
  const body = html`<article class="card">
<h1 class="headline">${said.title}</h1>
<p class="lead">${said.lead}</p>
${said.quoted && html`<p class="notice">${said.quoted}</p>`}
<div class="actions"><a class="button second" href="${safeHref(services.config.newsroom.homepage)}">${speak(locale, 'newsletter')('home')}</a></div>
</article>`;
  return page({ services, locale, title: said.title, body });
}
