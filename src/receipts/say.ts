import { formatMoney, type Money } from '../money.ts';
import type { Locale } from '../text.ts';

/** An amount to the last digit, with its currency's code: a symbol alone may mean several. */
export function sayMoney(amount: Money, locale: Locale): string {
  const shown = formatMoney(amount, locale);
  const code = amount.currency.toUpperCase();
  return shown.includes(code) ? shown : `${shown} (${code})`;
}
