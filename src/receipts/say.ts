import { formatMoney, type Money } from '../money.ts';
import type { Locale } from '../text.ts';

/** An amount to the last digit, with its currency's code: a symbol alone may mean several. */
export function sayMoney(amount: Money, locale: Locale): string {
  return `${formatMoney(amount, locale)} (${amount.currency.toUpperCase()})`;
}

/** The day an instant belongs to in a time zone, in words. */
export function sayDay(instant: Date, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(instant);
}
