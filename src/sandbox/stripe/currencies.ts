import { invalidParameter } from './errors.ts';

const zeroDecimal = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const threeDecimal = new Set('bhd jod kwd omr tnd'.split(' '));
/** No minor unit any more, but Stripe still counts them in hundredths. */
const wholeHundreds = new Set(['isk', 'ugx']);

/** The least that Stripe takes, in minor units, where a currency has such a minimum. */
const minimums: Record<string, number> = {
  usd: 50, aed: 200, ars: 50, aud: 50, brl: 50, cad: 50, chf: 50, cop: 50, czk: 1500, dkk: 250, eur: 50, gbp: 30, hkd: 400, huf: 17500,
  idr: 50, ils: 50, inr: 50, jpy: 50, krw: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, php: 50, pln: 200, ron: 200, rub: 50, sek: 300,
  sgd: 50, thb: 1000, zar: 50,
}; // biome-ignore format: one row reads best

const known = new Set([
  ...Object.keys(minimums),
  ...zeroDecimal,
  ...threeDecimal,
  ...wholeHundreds,
  ...'bgn twd try uah mad egp pen uyu kes ngn lkr pkr bdt qar sar gel amd azn kzt mdl rsd all bam mkd dop gtq hnl nio crc pab'.split(
    ' ',
  ),
]);

/** How many digits of an amount stand behind the decimal point when it is counted. */
export function minorDigits(currency: string): number {
  return zeroDecimal.has(currency) ? 0 : threeDecimal.has(currency) ? 3 : 2;
}

/** The amount as people of that locale write it; an unknown locale reads as English. */
export function formatAmount(minor: number, currency: string, locale = 'en'): string {
  const counted = minorDigits(currency);
  const shown = wholeHundreds.has(currency) ? 0 : counted;
  const options = { style: 'currency', currency, minimumFractionDigits: shown, maximumFractionDigits: shown } as const;
  const amount = minor / 10 ** counted;
  try {
    return new Intl.NumberFormat(locale, options).format(amount);
  } catch {
    return new Intl.NumberFormat('en', options).format(amount);
  }
}

/** The lower-case code, or Stripe's refusal of a currency it does not know. */
export function checkedCurrency(currency: string, param: string): string {
  const code = currency.toLowerCase();
  if (!known.has(code)) {
    throw invalidParameter(
      `Invalid currency: ${currency}. Stripe currently supports these currencies: ${[...known].sort().join(', ')}`,
      param,
    );
  }
  return code;
}

/** Refuses an amount that its currency cannot have: a part of a unit that is not used any more. */
export function checkWholeUnits(minor: number, currency: string, param: string): void {
  if (wholeHundreds.has(currency) && minor % 100 !== 0) {
    throw invalidParameter(
      `Invalid integer: ${minor}. Amounts in ${currency} must be divisible by 100.`,
      param,
      'parameter_invalid_integer',
    );
  }
  if (threeDecimal.has(currency) && minor % 10 !== 0) {
    throw invalidParameter(
      `Invalid integer: ${minor}. Amounts in ${currency} must be divisible by 10.`,
      param,
      'parameter_invalid_integer',
    );
  }
}

const largest = 999_999_999_999;

/** Refuses an amount below the currency's minimum or above what a card can carry (https://docs.stripe.com/currencies). */
export function checkChargeable(minor: number, currency: string, param: string, what = 'Amount'): void {
  checkWholeUnits(minor, currency, param);
  const least = minimums[currency] ?? 1;
  if (minor < least) {
    throw invalidParameter(`${what} must be at least ${formatAmount(least, currency)} ${currency}`, param, 'amount_too_small');
  }
  if (minor > largest) {
    throw invalidParameter(`${what} must be no more than ${formatAmount(largest, currency)}`, param, 'amount_too_large');
  }
}
