import { type Currency, digitsOf, incrementOf } from './currency.ts';

/** An exact amount: `minor` counts the currency's smallest unit, so 25.00 EUR is 2500n and 500 JPY is 500n. */
export type Money = { readonly minor: bigint; readonly currency: Currency };

/** What a processor keeps of a charge: a rate in hundredths of a percent and a fixed part in minor units. */
export type FeeRate = { readonly basisPoints: number; readonly fixedMinor: bigint };

export function money(minor: bigint, currency: Currency): Money {
  return { minor, currency };
}

/** The plain decimal of an amount with Stripe's digits: 1999n EUR is '19.99', 500n JPY '500', 1230n BHD '1.230'. */
export function toDecimal({ minor, currency }: Money): string {
  const digits = digitsOf(currency);
  const sign = minor < 0n ? '-' : '';
  const all = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0');
  return digits === 0 ? sign + all : `${sign}${all.slice(0, -digits)}.${all.slice(-digits)}`;
}

/** Reads a plain decimal with a point ('19.99'); throws a RangeError for anything else, or more digits than the currency has. */
export function fromDecimal(decimal: string, currency: Currency): Money {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(decimal);
  const digits = digitsOf(currency);
  const fraction = match?.[3] ?? '';
  if (!match || /[^0]/.test(fraction.slice(digits))) {
    throw new RangeError(`not an amount in ${currency}`);
  }
  const minor = BigInt(match[2] + fraction.slice(0, digits).padEnd(digits, '0'));
  return { minor: match[1] ? -minor : minor, currency };
}

/**
 * The smallest chargeable amount of which, after the fee, at least `amount` is left: ceil((amount + fixed) / (1 − rate)),
 * raised to the currency's increment. Integers throughout.
 */
export function grossUp(amount: Money, fee: FeeRate): Money {
  const kept = BigInt(10_000 - fee.basisPoints);
  const gross = divideUp((amount.minor + fee.fixedMinor) * 10_000n, kept);
  const increment = incrementOf(amount.currency);
  return { minor: divideUp(gross, increment) * increment, currency: amount.currency };
}

/** For people: with the locale's separators and symbol, and Stripe's digits; whole amounts lose their zeros where `short`. */
export function formatMoney(amount: Money, locale: string, options: { short?: boolean } = {}): string {
  const digits = digitsOf(amount.currency);
  const whole = amount.minor % 10n ** BigInt(digits) === 0n;
  const shown = options.short && whole ? 0 : digits;
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: amount.currency.toUpperCase(),
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  }).format(toDecimal(amount) as `${number}`);
}

/** For letters: an amount to the last digit, with its currency's code, as a symbol alone may mean several. */
export function sayMoney(amount: Money, locale: string): string {
  const shown = formatMoney(amount, locale);
  const code = amount.currency.toUpperCase();
  return shown.includes(code) ? shown : `${shown} (${code})`;
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
