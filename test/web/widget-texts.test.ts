import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const read = (locale: string): Record<string, string> =>
  JSON.parse(readFileSync(new URL(`../../src/texts/${locale}/widget.json`, import.meta.url), 'utf8'));
const places = (text = '') => (text.match(/\{\w+\}/g) ?? []).sort();
const english = read('en');

describe.each(['de', 'es', 'ar'])('the texts in %s', (locale) => {
  const texts = read(locale);

  test('are the same as in English, in the same order', () => {
    expect(Object.keys(texts)).toEqual(Object.keys(english));
  });

  test('are all there, with the same places to fill', () => {
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim(), key).not.toBe('');
      expect(places(text), key).toEqual(places(english[key]));
    }
  });
});
