/** Why a typed amount is not one: nothing there, not readable as a number, finer than the currency is, or beyond any currency's limit. */
export type AmountError = 'empty' | 'unreadable' | 'too-fine' | 'too-large';

/** What was typed, in minor units, or why it is none. */
export type ParsedAmount = { readonly minor: number; readonly error?: undefined } | { readonly error: AmountError };

/** Twelve digits are Stripe's longest amount, and stay exact in a number. */
const longest = 12;

/**
 * Reads a typed amount exactly, without floats: any script's digits, the locale's separators, or the other usual one where it can
 * mean only one thing ("7,50" under English is 7.50; "1.000" is refused there rather than guessed). `digits` is the currency's.
 */
export function parseAmount(typed: string, digits: number, locale: string): ParsedAmount {
  if (typed.trim() === '') {
    return { error: 'empty' };
  }
  const text = toPlain(typed);
  const [whole, fraction] = splitAtDecimal(text, locale);
  if (!isGrouped(whole) || !(fraction === undefined || /^\d+$/.test(fraction))) {
    return { error: 'unreadable' };
  }
  if (fraction && fraction.length > digits) {
    return { error: 'too-fine' };
  }
  const minor = (whole.replace(/\D/g, '') + (fraction ?? '').padEnd(digits, '0')).replace(/^0+(?=\d)/, '');
  return minor.length > longest ? { error: 'too-large' } : { minor: Number(minor) };
}

/** Digits of every script become 0-9, marks that only group become a space; currency signs, codes and invisible marks at the ends go. */
function toPlain(typed: string): string {
  return typed
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)))
    .replace(/\p{Cf}/gu, '')
    .replace(/^[\p{L}\p{Sc}\s]+|[\p{L}\p{Sc}\s]+$/gu, '')
    .replace(/[\s٬'’]/g, ' ')
    .replace(/،/g, ',');
}

/** Unicode keeps the ten digits of a script in a row, beginning at its zero. */
function digitValue(digit: string): number {
  const point = digit.codePointAt(0)!;
  let zero = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) {
    zero -= 1;
  }
  return (point - zero) % 10;
}

/** The part before the decimal mark and the part after it, the latter undefined where there is no decimal mark. */
function splitAtDecimal(text: string, locale: string): [string, string?] {
  const at = Math.max(text.lastIndexOf('٫'), text.lastIndexOf('.'), text.lastIndexOf(','));
  const mark = text.charAt(at);
  const after = text.slice(at + 1);
  const marks = text.match(/[.,٫]/g) ?? [];
  const groups =
    mark !== '٫' &&
    marks.every((each) => each === mark) &&
    (marks.length > 1 || (after.length === 3 && isGroupMark(mark, locale)));
  return at < 0 || groups ? [text] : [text.slice(0, at), after];
}

function isGroupMark(mark: string, locale: string): boolean {
  return new Intl.NumberFormat(locale).formatToParts(1_234_567).some((part) => part.type === 'group' && part.value === mark);
}

/** Plain digits, or groups parted by one kind of mark: the last of three digits, those before of two (India) or three. */
function isGrouped(whole: string): boolean {
  return /^\d+$/.test(whole) || /^\d{1,3}([ .,])(?:\d{2,3}\1)*\d{3}$/.test(whole);
}
