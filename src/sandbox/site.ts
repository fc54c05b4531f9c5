import fs from 'node:fs';
import path from 'node:path';
import type { Article } from './articles/article.ts';
import { harbourBakery } from './articles/harbour-bakery.ts';
import { lastFerry } from './articles/last-ferry.ts';
import { sailLoftLibrary } from './articles/sail-loft-library.ts';
import { type Answer, html, notFound, serve } from './http.ts';
import { articlePage, frontPage, type Newspaper } from './site-page.ts';

export type SiteOptions = {
  /** Any free one unless set. */
  port?: number;
  /** Where the donation service answers readers' browsers. */
  serviceUrl: string;
};

export type Site = { url: string; articles: { title: string; url: string }[]; close(): Promise<void> };

const articles: readonly Article[] = [lastFerry, harbourBakery, sailLoftLibrary];

/** Starts the demo newspaper on an origin of its own, with the widget in each article as a publisher would put it there. */
export async function startSite({ port = 0, serviceUrl }: SiteOptions): Promise<Site> {
  const newspaper: Newspaper = { url: '', serviceUrl: new URL(serviceUrl).origin, articles };
  const site = await serve(port, (request) => answer(newspaper, request.url ?? '/'));
  newspaper.url = site.url;
  return {
    url: site.url,
    articles: articles.map(({ title, path }) => ({ title, url: `${site.url}/${path}` })),
    close: site.close,
  };
}

function answer(newspaper: Newspaper, address: string): Answer {
  const pathname = address.split('?')[0]!.slice(1);
  const policy = contentPolicy(newspaper.serviceUrl);
  if (pathname === '') {
    return html(frontPage(newspaper), policy);
  }
  const article = articles.find((candidate) => candidate.path === pathname);
  return article ? html(articlePage(newspaper, article), policy) : (files.get(pathname) ?? notFound);
}

/** As strict as a careful publisher's: besides its own files a page may use the donation service and nothing else. */
function contentPolicy(serviceUrl: string): string {
  return [
    "default-src 'none'",
    `script-src ${serviceUrl}`,
    `connect-src ${serviceUrl}`,
    "style-src 'self'",
    "img-src 'self' data:",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const files = new Map<string, Answer>([
  ['site.css', file('site.css', 'text/css; charset=utf-8')],
  ['article.css', file('articles/article.css', 'text/css; charset=utf-8')],
  ...['lighthouse.svg', ...articles.map(({ picture }) => picture.file)].map(
    (name) => [`pictures/${name}`, file(`articles/${name}`, 'image/svg+xml')] as [string, Answer],
  ),
]);

function file(name: string, type: string): Answer {
  return { headers: { 'content-type': type }, body: fs.readFileSync(path.join(import.meta.dirname, name)) };
}
