import type { Request } from 'express';
import type { Newsroom } from '../newsroom.ts';
import { type Locale, pickLocale, wishedLanguages } from '../text.ts';

/** The languages a request asks for, best first: `?locale=` before Accept-Language. */
export function wishedLocales(request: Request): string[] {
  const { locale } = request.query;
  return [...(typeof locale === 'string' ? [locale.slice(0, 35)] : []), ...wishedLanguages(request.get('Accept-Language'))];
}

/** The language to answer in; the newsroom's own where none that is wished for is spoken. */
export function localeOf(newsroom: Newsroom, request: Request): Locale {
  return pickLocale(wishedLocales(request), newsroom.locale);
}
