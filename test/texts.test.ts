import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, test } from 'vitest';
import { type Area, areasOf, type Locale, locales, textsOf } from '../src/text.ts';

const src = path.join(import.meta.dirname, '../src');
const areas = areasOf('en') as Area[];

/** A piece of a parsed message, as far as it names placeholders: its kind, its name, and the cases of a select or plural. */
type Piece = { type: number; value?: string; options?: Record<string, { value: Piece[] }>; children?: Piece[] };

const literal = 0;
const select = 5;

/** Every placeholder of a message, with the cases of each select. */
function placeholders(pieces: Piece[]): string[] {
  return pieces.flatMap((piece) => {
    const inner = [...Object.values(piece.options ?? {}).map(({ value }) => value), piece.children ?? []].flatMap(placeholders);
    const cases =
      piece.type === select
        ? ` {${Object.keys(piece.options ?? {})
            .sort()
            .join(' ')}}`
        : '';
    return piece.type === literal || piece.value === undefined ? inner : [`${piece.value}${cases}`, ...inner];
  });
}

function placeholdersOf(locale: Locale, text: string): string[] {
  return [...new Set(placeholders(new IntlMessageFormat(text, locale).getAst() as Piece[]))].sort();
}

/** The source files of the service, and what is written in them. */
function sources(): Map<string, string> {
  const names = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.tsx?$/.test(name) && !name.startsWith('sandbox'),
  );
  return new Map(names.map((name) => [name, readFileSync(path.join(src, name), 'utf8')]));
}

describe('the texts', () => {
  test('exist in every language', () => {
    for (const locale of locales) {
      expect(areasOf(locale).sort()).toEqual(areas.toSorted());
    }
  });

  describe.each(areas)('of %s', (area) => {
    const english = textsOf('en', area);

    test.each(locales)('have the keys and placeholders of English in %s, and are not empty', (locale) => {
      const texts = textsOf(locale, area);
      expect(Object.keys(texts)).toEqual(Object.keys(english));
      for (const [key, text] of Object.entries(texts)) {
        expect(text.trim(), key).not.toBe('');
        expect(placeholdersOf(locale, text), key).toEqual(placeholdersOf('en', english[key]!));
      }
    });

    test('are all said somewhere', () => {
      const code = [...sources().values()].join('\n');
      const unused = Object.keys(english).filter((key) => !isMentioned(code, key));
      expect(unused).toEqual([]);
    });
  });

  test('that are said by name exist', () => {
    const known = new Set(areas.flatMap((area) => Object.keys(textsOf('en', area))));
    const missing = [...sources()].flatMap(([name, code]) =>
      [...code.matchAll(/\bsay\(\s*(?:\w+,\s*)?'([\w-]+)'/g)]
        .map(([, key]) => key!)
        .filter((key) => !known.has(key))
        .map((key) => `${name}: ${key}`),
    );
    expect(missing).toEqual([]);
  });
});

/** Named whole, or put together: with `every_${interval}` and 'month' somewhere, every_month is mentioned. */
function isMentioned(code: string, key: string): boolean {
  return code.includes(`'${key}'`) || templates(code).some((template) => code.includes(`'${template.exec(key)?.[1]}'`));
}

function templates(code: string): RegExp[] {
  const found = [...code.matchAll(/`(\w*)\$\{[^}`]+\}(\w*)`/g)].map(([, before = '', after = '']) => ({ before, after }));
  return found
    .filter(({ before, after }) => before.endsWith('_') || after.startsWith('_'))
    .map(({ before, after }) => new RegExp(`^${before}([a-z_]+)${after}$`));
}
