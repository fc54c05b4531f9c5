import { Html, html, safeHref } from '../../html.ts';
import type { Services } from '../../services.ts';
import { directionOf, type Locale, speak } from '../../text.ts';

/** What stands on a page; the newsroom's name, the demo's band and the small print come from the settings. */
export type Page = {
  services: Pick<Services, 'config'>;
  locale: Locale;
  title: string;
  /** What stands in `main`; classes as in src/web/pages/README.md. */
  body: Html;
  /** Names the gift that the page is about, so that pages.js can watch it. */
  gift?: { id: string; status: string };
  /** The page is loaded again after as many seconds; with `script` only where there is no JavaScript. */
  refreshSeconds?: number;
  /** Loads pages.js; every page works without it. */
  script?: boolean;
};

/** A whole document without inline script or style. */
export function page({ services, locale, title, body, gift, refreshSeconds, script }: Page): Html {
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
${script && html`<script type="module" src="/assets/pages.js"></script>`}
${refreshSeconds !== undefined && refresh(refreshSeconds, script)}
</head>
<body>
<a class="skip" href="#main">${say('skip')}</a>
<header class="masthead">${demo && html`<p class="demo">${say('demo')}</p>`}
<a href="${safeHref(newsroom.homepage)}">${newsroom.name}</a></header>
<main id="main"${attribute('data-gift', gift?.id)}${attribute('data-status', gift?.status)}>
${body}
</main>
${colophon(services, locale)}
</body>
</html>`;
}

function refresh(seconds: number, script = false): Html {
  const element = html`<meta http-equiv="refresh" content="${seconds}">`;
  return script ? html`<noscript>${element}</noscript>` : element;
}

function colophon({ config: { newsroom } }: Pick<Services, 'config'>, locale: Locale): Html {
  const say = speak(locale, 'giving');
  const { terms, privacy } = newsroom.links;
  return html`<footer class="colophon">
<p>${newsroom.address.join(', ')}</p>
${
  (terms || privacy) &&
  html`<nav aria-label="${say('legal')}">${[
    terms && html`<a href="${safeHref(terms)}">${say('terms')}</a> `,
    privacy && html`<a href="${safeHref(privacy)}">${say('privacy')}</a>`,
  ]}</nav>`
}
</footer>`;
}

function attribute(name: string, value: string | undefined): Html | undefined {
  return value === undefined ? undefined : html` ${new Html(name)}="${value}"`;
}
