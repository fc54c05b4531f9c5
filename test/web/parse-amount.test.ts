import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAmount, formatExample } from '../../src/web/money/format-amount.ts';
import { parseAmount } from '../../src/web/money/parse-amount.ts';

const locales = ['en', 'en-IN', 'de', 'de-CH', 'de-AT', 'es', 'fr', 'sv', 'pt-BR', 'hi', 'ar', 'ar-EG', 'fa', 'bn', 'ja'];
const minorUnits = fc.integer({ min: 0, max: 999_999_999_999 });
const digitCounts = fc.constantFrom(0, 2, 3);

describe('reading a typed amount', () => {
  test.each([
    ['7.50', 'en', 750],
    ['7,50', 'en', 750],
    ['7,5', 'de', 750],
    ['7.50', 'de', 750],
    ['1,000', 'en', 100_000],
    ['1.000', 'de', 100_000],
    ['1.000,50', 'de', 100_050],
    ['1,000.50', 'de', 100_050],
    ['1’234.05', 'de-CH', 123_405],
    ['1 234,05', 'fr', 123_405],
    ['1,00,000', 'en-IN', 10_000_000],
    ['٧٫٥٠', 'ar', 750],
    ['١٬٢٣٤٫٥', 'ar', 123_450],
    ['۷٫۵', 'fa', 750],
    ['७.५०', 'hi', 750],
    ['７．５０', 'ja', 750],
    ['€ 7.50', 'en', 750],
    ['7,50 €', 'de', 750],
    ['7 EUR', 'de', 700],
    ['\u200f7.50\u200f', 'ar', 750],
    ['007', 'en', 700],
    ['0', 'en', 0],
  ])('takes %s under %s as %i minor units', (typed, locale, minor) => {
    expect(parseAmount(typed, 2, locale)).toEqual({ minor });
  });

  test.each([
    ['', 'empty'],
    ['  ', 'empty'],
    ['€', 'unreadable'],
    ['a lot', 'unreadable'],
    ['-5', 'unreadable'],
    ['5-10', 'unreadable'],
    ['.50', 'unreadable'],
    ['€.50', 'unreadable'],
    ['5.', 'unreadable'],
    ['1,00,50', 'unreadable'],
    ['1 000.000,5', 'unreadable'],
    ['1e3', 'unreadable'],
    ['1.000', 'too-fine'],
    ['0.005', 'too-fine'],
    ['99999999999', 'too-large'],
  ])('refuses %j under English as %s', (typed, error) => {
    expect(parseAmount(typed, 2, 'en')).toEqual({ error });
  });

  test('takes no decimals for a currency without them', () => {
    expect(parseAmount('1,000', 0, 'ja')).toEqual({ minor: 1000 });
    expect(parseAmount('10.5', 0, 'ja')).toEqual({ error: 'too-fine' });
  });

  test('reads back every number as the locale writes it', () => {
    fc.assert(
      fc.property(minorUnits, digitCounts, fc.constantFrom(...locales), (minor, digits, locale) => {
        expect(parseAmount(formatExample(minor, digits, locale), digits, locale)).toEqual({ minor });
      }),
    );
  });

  test('reads back every amount as the widget shows it', () => {
    fc.assert(
      fc.property(
        minorUnits,
        fc.constantFrom('eur', 'usd', 'gbp', 'jpy', 'chf'),
        fc.constantFrom(...locales),
        (minor, code, locale) => {
          const digits = code === 'jpy' ? 0 : 2;
          expect(parseAmount(formatAmount(minor, { code, digits }, locale), digits, locale)).toEqual({ minor });
        },
      ),
    );
  });

  test('never throws, and answers only whole minor units', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), digitCounts, fc.constantFrom(...locales), (typed, digits, locale) => {
        const { minor = 0 } = { minor: undefined, ...parseAmount(typed, digits, locale) };
        expect(Number.isSafeInteger(minor) && minor >= 0).toBe(true);
      }),
    );
  });

  test('makes up no digit and drops none', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,4}[0-9., ]{0,8}$/), fc.constantFrom(...locales), (typed, locale) => {
        const parsed = parseAmount(typed, 2, locale);
        if (parsed.error === undefined) {
          const spelled = (digits: string) => digits.replace(/\D/g, '').replace(/^0+|0+$/g, '');
          expect(spelled(String(parsed.minor))).toBe(spelled(typed));
        }
      }),
    );
  });
});

describe('writing an amount', () => {
  test.each([
    [750, { code: 'eur', digits: 2 }, 'en', false, '€7.50'],
    [1000, { code: 'eur', digits: 2 }, 'en', true, '€10'],
    [1050, { code: 'eur', digits: 2 }, 'en', true, '€10.50'],
    [5, { code: 'usd', digits: 2 }, 'en', false, '$0.05'],
    [500, { code: 'jpy', digits: 0 }, 'en', false, '¥500'],
    [175_00, { code: 'huf', digits: 2 }, 'en', false, 'HUF\u00a0175.00'],
    [1_234_567, { code: 'kwd', digits: 3 }, 'en', false, 'KWD\u00a01,234.567'],
    [999_999_999_999, { code: 'eur', digits: 2 }, 'de', false, '9.999.999.999,99\u00a0€'],
  ])('%i of %j under %s', (minor, currency, locale, short, written) => {
    expect(formatAmount(minor, currency, locale, short)).toBe(written);
  });
});
