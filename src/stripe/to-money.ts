import { isCurrency } from '../currency.ts';
import { AppError } from '../errors.ts';
import { type Money, money } from '../money.ts';

/** Stripe's integer and currency code as Money; throws stripe-value-unknown for what is no exact amount or no currency we know. */
export function toMoney(minor: number | null | undefined, currency: string): Money {
  if (!Number.isSafeInteger(minor) || !isCurrency(currency)) {
    throw new AppError('stripe-value-unknown', 'Stripe gave an amount that is not understood');
  }
  return money(BigInt(minor!), currency);
}

/** An amount as Stripe takes it; throws a RangeError where a float could not hold it exactly. */
export function toStripeAmount({ minor }: Money): number {
  const amount = Number(minor);
  if (!Number.isSafeInteger(amount)) {
    throw new RangeError('the amount is too large');
  }
  return amount;
}

/** The id of something that Stripe gives as an id or as the expanded object; null where it gives neither. */
export function toId(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'object' ? (reference?.id ?? null) : (reference ?? null);
}

/** The object where Stripe expanded it, else null. */
export function toExpanded<Expanded extends { id: string }>(reference: string | Expanded | null | undefined): Expanded | null {
  return typeof reference === 'object' ? reference : null;
}
