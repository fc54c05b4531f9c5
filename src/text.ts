import { readdirSync, readFileSync } from 'node:fs';
import { IntlMessageFormat } from 'intl-messageformat';

/** The languages that every text of ours exists in. */
export const locales = ['en', 'de', 'es', 'ar'] as const;
export type Locale = (typeof locales)[number];

/** One file of texts a language: src/texts/<locale>/<area>.json, flat, ICU messages. */
export type Area = 'widget' | 'giving' | 'newsletter' | 'mail' | 'operations' | 'problem' | 'renewal' | 'timeline';

/** Says a text with its values filled in. A key that does not exist throws. */
export type Say = (key: string, values?: Record<string, string | number>) => string;

const folder = new URL('./texts/', import.meta.url);
const texts = new Map<string, Record<string, string>>();
const messages = new Map<string, IntlMessageFormat>();

/** All texts of an area in one language, by key. */
export function textsOf(locale: Locale, area: Area): Record<string, string> {
  const name = `${locale}/${area}.json`;
  const known = texts.get(name);
  if (known) return known;
  const read = JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Record<string, string>;
  texts.set(name, read);
  return read;
}

/** What says the texts of an area in one language. */
export function speak(locale: Locale, area: Area): Say {
  return (key, values = {}) => {
    const name = `${locale}/${area}/${key}`;
    let message = messages.get(name);
    if (!message) {
      const text = textsOf(locale, area)[key];
      if (text === undefined) throw new Error(`no text ${key} in ${locale}/${area}.json`);
      message = new IntlMessageFormat(text, locale);
      messages.set(name, message);
    }
    return String(message.format(values));
  };
}

/** The first of the wished languages that we have ('de-AT' is served by 'de'), else the fallback. */
export function pickLocale(wished: readonly string[], fallback: Locale): Locale {
  for (const wish of wished) {
    const language = wish.toLowerCase().split(/[-_]/)[0];
    const found = locales.find((locale) => locale === language);
    if (found) return found;
  }
  return fallback;
}

/** The languages an Accept-Language header wishes for, best first (RFC 9110, 12.5.4). */
export function wishedLanguages(acceptLanguage: string | undefined): string[] {
  return (acceptLanguage ?? '')
    .slice(0, 500)
    .split(',')
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().split(';');
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)$/.exec(parameter)?.[1]).find(Boolean);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ tag, quality }) => /^[A-Za-z-]{2,35}$/.test(tag) && quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);
}

/** Which way a language is written. */
export function directionOf(locale: Locale): 'ltr' | 'rtl' {
  return locale === 'ar' ? 'rtl' : 'ltr';
}

/** A value that keeps its own direction in a sentence that runs from right to left (Unicode's isolates); elsewhere as it is. */
export function isolate(locale: Locale, value: string): string {
  return directionOf(locale) === 'rtl' ? `\u2068${value}\u2069` : value;
}

/** The day an instant belongs to in a time zone, in words; in English the day comes first, which no reader takes for a month. */
export function formatDay(instant: Date, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, { dateStyle: 'long', timeZone }).format(instant);
}

/** The names of all area files of a language. */
export function areasOf(locale: Locale): string[] {
  return readdirSync(new URL(`${locale}/`, folder)).map((name) => name.replace(/\.json$/, ''));
}
