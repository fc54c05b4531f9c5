import { isCurrency } from '../currency.ts';
import { money, toDecimal } from '../money.ts';

/** An amount for an operator's line: `10.01 EUR`; of a currency that is not known here, its minor units. */
export function saySum(minor: bigint, currency: string): string {
  const number = isCurrency(currency) ? toDecimal(money(minor, currency)) : `${minor} minor units of`;
  return `${number} ${currency.toUpperCase()}`;
}
