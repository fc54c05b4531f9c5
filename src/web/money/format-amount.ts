/**
 * Writes minor units as money of the locale, with the currency's own digits (Stripe's, not Intl's): 750 EUR is "€7.50".
 * `short` leaves out a fraction of zeros: "€10".
 */
export function formatAmount(minor: number, currency: { code: string; digits: number }, locale: string, short = false): string {
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.code,
    minimumFractionDigits: currency.digits,
    maximumFractionDigits: currency.digits,
    trailingZeroDisplay: short ? 'stripIfInteger' : 'auto',
  }).format(toDecimal(minor, currency.digits));
}

/** Writes minor units as a bare number of the locale, as one would type it: 750 EUR is "7.50". */
export function formatExample(minor: number, digits: number, locale: string): string {
  const style = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return new Intl.NumberFormat(locale, style).format(toDecimal(minor, digits));
}

/** A decimal string, which Intl takes exactly. */
function toDecimal(minor: number, digits: number): `${number}` {
  const text = String(minor).padStart(digits + 1, '0');
  return (digits ? `${text.slice(0, -digits)}.${text.slice(-digits)}` : text) as `${number}`;
}
