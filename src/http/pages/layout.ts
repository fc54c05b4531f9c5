import { type Html, html, safeHref } from '../../html.ts';
import type { Services } from '../../services.ts';
import { directionOf, type Locale, type Say, speak } from '../../text.ts';

/** What stands on a page; the newsroom's name, the demo's band and the small print come from the settings. */
export type Page = {
  services: Pick<Services, 'config'>;
  locale: Locale;
  title: string;
  /** What stands in `main`; classes as in src/web/pages/README.md. */
  body: Html;
  /** The gift whose next status the page waits for: pages.js watches it and puts the next page's words in their place. */
  waitingFor?: { id: string; status: string };
  /** Loads pages.js, as `waitingFor` does; every page works without it. */
  script?: boolean;
};

/** A whole document without inline script or style. */
export function page({ services, locale, title, body, waitingFor, script }: Page): Html {
  const say = speak(locale, 'giving');
  const { newsroom, demo } = services.config;
  return html`<!doctype html>
<html lang="${locale}" dir="${directionOf(locale)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title} · ${newsroom.name}</title>
<link rel="stylesheet" href="/assets/pages.css">
<link rel="icon" href="/assets/icon.svg">
${(script || waitingFor) && html`<script type="module" src="/assets/pages.js"></script>`}
</head>
<body>
<a class="skip" href="#main">${say('skip')}</a>
<header class="masthead">${demo && html`<p class="demo">${say('demo')}</p>`}
<a href="${safeHref(newsroom.homepage)}" lang="${newsroom.locale}"><bdi>${newsroom.name}</bdi></a></header>
<main id="main"${waitingFor && html` data-gift="${waitingFor.id}" data-status="${waitingFor.status}"`}>
${body}
</main>
${colophon(services, locale)}
</body>
</html>`;
}

/** Without JavaScript, the way to see what has become of what a page waits for; nothing loads by itself under a reader. */
export function lookAgain(say: Say): Html {
  return html`<noscript><p><a class="quiet" href="">${say('look_again')}</a></p></noscript>`;
}

function colophon({ config: { newsroom } }: Pick<Services, 'config'>, locale: Locale): Html {
  const say = speak(locale, 'giving');
  const { terms, privacy } = newsroom.links;
  return html`<footer class="colophon">
<p lang="${newsroom.locale}"><bdi>${newsroom.address.join(', ')}</bdi></p>
${
  (terms || privacy) &&
  html`<nav aria-label="${say('legal')}">${[
    terms && html`<a href="${safeHref(terms)}">${say('terms')}</a> `,
    privacy && html`<a href="${safeHref(privacy)}">${say('privacy')}</a>`,
  ]}</nav>`
}
</footer>`;
}
