import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { areasOf, locales, textsOf } from '../src/text.ts';

type Part = { type: number; value?: string; options?: Record<string, { value: Part[] }> };

/** What a message wants filled in, by name. */
function wanted(parts: Part[]): string[] {
  return parts.flatMap(({ type, value = '', options = {} }) => [
    ...(type === 0 || type === 7 ? [] : [value]),
    ...Object.values(options).flatMap((option) => wanted(option.value)),
  ]);
}

const slotsOf = (text: string, locale: string) =>
  [...new Set(wanted(new IntlMessageFormat(text, locale).getAst() as Part[]))].sort();

describe.each(areasOf('en').map((area) => [area as Parameters<typeof textsOf>[1]]))('the texts of %s', (area) => {
  test.each(locales.filter((locale) => locale !== 'en'))('say in %s what they say in English, with the same blanks', (locale) => {
    const english = textsOf('en', area);
    const other = textsOf(locale, area);
    expect(Object.keys(other).sort()).toEqual(Object.keys(english).sort());
    for (const [key, text] of Object.entries(english)) {
      expect([key, slotsOf(other[key]!, locale)]).toEqual([key, slotsOf(text, 'en')]);
    }
  });
});
