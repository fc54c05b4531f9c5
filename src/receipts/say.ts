import { formatMoney, type Money } from '../money.ts';
import type { Locale } from '../text.ts';

/** An amount to the last digit, with its currency's code: a symbol alone may mean several. */
export function sayMoney(amount: Money, locale: Locale): string {
  const shown = formatMoney(amount, locale);
  const code = amount.currency.toUpperCase();
  return shown.includes(code) ? shown : `${shown} (${code})`;
}

/** The day an instant belongs to in a time zone, in words. */
export function sayDay(instant: Date, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(instant);
}
