import { type Currency, digitsOf } from '../currency.ts';

/** Why a typed amount is not one: nothing was typed, it is no number, or it is finer than the currency. */
export type TypedAmountError = 'empty' | 'unreadable' | 'too_fine';

/**
 * Reads an amount as a person types it, exactly, in minor units: any script's digits, the locale's separators, or the other usual ones
 * where they can mean only one thing (English '7,50' is 7.50, but '1.000' is refused there: it may be one or a thousand).
 */
export function readTypedAmount(
  typed: string,
  currency: Currency,
  locale: string,
): { minor: bigint } | { error: TypedAmountError } {
  if (typed.trim() === '') {
    return { error: 'empty' };
  }
  const { whole, fraction } = splitAtDecimal(toPlainDigits(typed), locale);
  const digits = digitsOf(currency);
  if (!/^(\d{1,15}|\d{1,3}([ .,])(\d{2,3}\2){0,4}\d{3})$/.test(whole) || !/^\d*$/.test(fraction ?? '') || fraction === '') {
    return { error: 'unreadable' };
  }
  if (fraction && fraction.length > digits) {
    return { error: 'too_fine' };
  }
  return { minor: BigInt(whole.replace(/\D/g, '') + (fraction ?? '').padEnd(digits, '0')) };
}

/** ASCII digits for those of every script, a space for what only groups, and no currency signs or invisible marks around it. */
function toPlainDigits(typed: string): string {
  return typed
    .slice(0, 60)
    .normalize('NFKC')
    .replace(/\p{Nd}/gu, toAsciiDigit)
    .replace(/\p{Cf}/gu, '')
    .replace(/^[\p{L}\p{Sc}\s]+|[\p{L}\p{Sc}\s]+$/gu, '')
    .replace(/[\s٬'’]/g, ' ')
    .replaceAll('،', ',');
}

/** Unicode keeps the ten digits of a script in a row that begins with its zero (chapter 4.6). */
function toAsciiDigit(digit: string): string {
  const point = digit.codePointAt(0)!;
  let first = point;
  while (/\p{Nd}/u.test(String.fromCodePoint(first - 1))) {
    first -= 1;
  }
  return String((point - first) % 10);
}

function splitAtDecimal(text: string, locale: string): { whole: string; fraction?: string } {
  const marks = text.match(/[.,٫]/g) ?? [];
  const mark = marks.at(-1);
  if (!mark || (marks.length > 1 && marks.every((other) => other === mark))) {
    return { whole: text };
  }
  const at = text.lastIndexOf(mark);
  const fraction = text.slice(at + 1);
  const groups = fraction.length === 3 && marks.length === 1 && mark !== '٫' && isGroupMark(mark, locale);
  return groups ? { whole: text } : { whole: text.slice(0, at), fraction };
}

function isGroupMark(mark: string, locale: string): boolean {
  return new Intl.NumberFormat(locale, { useGrouping: 'always' })
    .formatToParts(1_234_567)
    .some(({ type, value }) => type === 'group' && value === mark);
}
