import { minorDigits } from './currencies.ts';
import type { AccountSettings } from './settings.ts';

/**
 * An amount as it stands in the balance, in minor units, and the rate that led there as Stripe tells it, of minor units to minor units: 1 JPY
 * worth 0.0061 EUR is 0.61 cents. Null where nothing was converted.
 */
export type Settled = { amount: number; currency: string; exchange_rate: number | null };

/** What an amount (minor units) becomes in the account's balance, at today's rate; half a minor unit is rounded away from zero. */
export function settled(settlement: AccountSettings['settlement'], amount: number, currency: string): Settled {
  const rate = settlement.rates[currency];
  const target = settlement.default;
  if (!rate || !target || currency === target || settlement.also.includes(currency)) {
    return { amount, currency, exchange_rate: null };
  }
  const moreDigits = minorDigits(target) - minorDigits(currency);
  return { amount: converted(amount, rate, moreDigits), currency: target, exchange_rate: Number(`${rate}e${moreDigits}`) };
}

/** Exact: the rate's decimals and the currencies' digits are powers of ten that are divided away at the end. */
function converted(amount: number, rate: string, moreDigits: number): number {
  const [whole = '0', decimals = ''] = rate.split('.');
  const product = BigInt(Math.abs(amount)) * BigInt(whole + decimals) * 10n ** BigInt(Math.max(0, moreDigits));
  const divisor = 10n ** BigInt(decimals.length + Math.max(0, -moreDigits));
  return Math.sign(amount) * Number((product + divisor / 2n) / divisor);
}
