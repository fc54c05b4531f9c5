import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allCurrencies, digitsOf, incrementOf, toCurrency } from '../src/currency.ts';
import { readTypedAmount } from '../src/http/typed-amount.ts';
import { formatMoney, fromDecimal, grossUp, money, toDecimal } from '../src/money.ts';
import { parseAmount } from '../src/web/money/parse-amount.ts';

const currencies = fc.constantFrom(...allCurrencies());
const minors = fc.bigInt({ min: 0n, max: 999_999_999_999n });
const locales = ['en', 'de', 'es', 'ar', 'fr', 'de-CH', 'en-IN', 'hi', 'fa', 'ja'];

describe('a decimal', () => {
  test.each([
    ['19.99', 'eur', 1999n],
    ['500', 'jpy', 500n],
    ['1.230', 'bhd', 1230n],
    ['500', 'isk', 50_000n],
    ['20000', 'ugx', 2_000_000n],
    ['175', 'huf', 17_500n],
    ['-0.01', 'usd', -1n],
    ['7.5', 'eur', 750n],
    ['7.500', 'eur', 750n],
  ])('%s %s is %i minor units', (decimal, code, minor) => {
    expect(fromDecimal(decimal, toCurrency(code))).toEqual(money(minor, toCurrency(code)));
  });

  test.each([
    ['19.999', 'eur'],
    ['1.5', 'jpy'],
    ['1e3', 'eur'],
    ['', 'eur'],
    ['1,5', 'eur'],
    ['.5', 'eur'],
    [' 1', 'eur'],
    ['0x10', 'eur'],
  ])('%s %s is none', (decimal, code) => {
    expect(() => fromDecimal(decimal, toCurrency(code))).toThrow(RangeError);
  });

  test('says every amount exactly, in every currency', () => {
    fc.assert(
      fc.property(minors, currencies, (minor, currency) => {
        expect(fromDecimal(toDecimal(money(minor, currency)), currency).minor).toBe(minor);
        expect(fromDecimal(toDecimal(money(-minor, currency)), currency).minor).toBe(-minor);
      }),
    );
  });
});

describe('an amount as people type it', () => {
  test.each([
    ['19.99', 'eur', 'en', 1999n],
    ['19,99', 'eur', 'de', 1999n],
    ['500', 'jpy', 'en', 500n],
    ['¥500', 'jpy', 'ja', 500n],
    ['1.230', 'bhd', 'en', 1230n],
    ['١٫٢٣٠', 'bhd', 'ar', 1230n],
    ['500', 'isk', 'en', 50_000n],
    ['20.000', 'ugx', 'de', 2_000_000n],
    ['١٬٢٣٤٫٥', 'eur', 'ar', 123_450n],
    ['7,50 €', 'eur', 'de', 750n],
  ])('%s %s in %s is %i minor units', (typed, code, locale, minor) => {
    expect(readTypedAmount(typed, toCurrency(code), locale)).toEqual({ minor });
  });

  test('is read back in every currency and language as it is written there', () => {
    fc.assert(
      fc.property(minors, currencies, fc.constantFrom(...locales), (minor, currency, locale) => {
        const digits = digitsOf(currency);
        const style = { minimumFractionDigits: digits, maximumFractionDigits: digits };
        const typed = new Intl.NumberFormat(locale, style).format(toDecimal(money(minor, currency)) as `${number}`);
        expect(readTypedAmount(typed, currency, locale)).toEqual({ minor });
      }),
    );
  });

  test('is read by the page without JavaScript as it is by the widget', () => {
    const typed = fc.string({ unit: fc.constantFrom(...'0123456789.,  €-x٫٬٣٧’'), maxLength: 9 });
    const widgetErrors: Record<string, string> = { 'too-fine': 'too_fine' };
    fc.assert(
      fc.property(typed, currencies, fc.constantFrom(...locales), (text, currency, locale) => {
        const ours = readTypedAmount(text, currency, locale);
        const theirs = parseAmount(text, digitsOf(currency), locale);
        const expected =
          theirs.error === undefined ? { minor: BigInt(theirs.minor) } : { error: widgetErrors[theirs.error] ?? theirs.error };
        expect(ours).toEqual(expected);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('covering the fee', () => {
  const rates = fc.record({ basisPoints: fc.integer({ min: 0, max: 4999 }), fixedMinor: fc.bigInt({ min: 0n, max: 1000n }) });

  test('leaves at least the amount, of the smallest charge that does, in every currency', () => {
    fc.assert(
      fc.property(minors, currencies, rates, (minor, currency, rate) => {
        const charged = grossUp(money(minor, currency), rate);
        const left = (gross: bigint) => gross * 10_000n - gross * BigInt(rate.basisPoints) - rate.fixedMinor * 10_000n;
        expect(charged.currency).toBe(currency);
        expect(charged.minor % incrementOf(currency)).toBe(0n);
        expect(left(charged.minor) >= minor * 10_000n).toBe(true);
        expect(left(charged.minor - incrementOf(currency)) < minor * 10_000n).toBe(true);
      }),
    );
  });
});

describe('an amount as people read it', () => {
  test('has the digits that Stripe gives its currency', () => {
    expect(formatMoney(money(50_000n, toCurrency('isk')), 'en')).toBe('ISK\u00a0500.00');
    expect(formatMoney(money(50_000n, toCurrency('isk')), 'en', { short: true })).toBe('ISK\u00a0500');
    expect(formatMoney(money(500n, toCurrency('jpy')), 'en')).toBe('¥500');
    expect(formatMoney(money(1230n, toCurrency('bhd')), 'en')).toBe('BHD\u00a01.230');
    expect(formatMoney(money(750n, toCurrency('eur')), 'de')).toBe('7,50\u00a0€');
  });
});
