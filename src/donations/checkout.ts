import { type Selectable, sql } from 'kysely';
import { toCurrency } from '../currency.ts';
import type { Database, Reader, Trx } from '../db/database.ts';
import type { DB } from '../db/tables.ts';
import { money } from '../money.ts';
import type { CheckoutRequest } from '../stripe/checkout-request.ts';

/** A session at Stripe in which one gift is paid, as we know it. */
export type Checkout = Selectable<DB['checkouts']>;

/** A checkout that Stripe made a page for. */
export type OpenedCheckout = Checkout & { url: string; stripe_checkout_session_id: string };

/** How long one process has an attempt for itself, in seconds of wall time; longer than Stripe usually takes. */
export const leaseSeconds = 30;

/** The gift that is paid in it: `don_…` or `rec_…`. */
export function giftIdOf(checkout: Pick<Checkout, 'donation_id' | 'subscription_id'>): string {
  return (checkout.donation_id ?? checkout.subscription_id)!;
}

/** The one checkout of an attempt that can be paid, or was. `leased`: somebody is asking Stripe for its page just now. */
export async function lockLiveCheckout(trx: Trx, attempt: string): Promise<(Checkout & { leased: boolean }) | undefined> {
  return trx
    .selectFrom('checkouts')
    .selectAll()
    .select(sql<boolean>`coalesce(leased_until > now(), false)`.as('leased'))
    .where('attempt', '=', attempt)
    .where('state', '<>', 'expired')
    .forUpdate()
    .executeTakeFirst();
}

/** The checkout in which a gift is paid. */
export async function findCheckout(reader: Reader, giftId: string): Promise<Checkout | undefined> {
  const column = giftId.startsWith('rec_') ? 'subscription_id' : 'donation_id';
  return reader.selectFrom('checkouts').selectAll().where(column, '=', giftId).executeTakeFirst();
}

/** Keeps everybody but the caller from asking Stripe about it, for so many seconds of wall time. */
export async function leaseCheckout(trx: Trx, checkout: Checkout, seconds: number = leaseSeconds): Promise<void> {
  await trx
    .updateTable('checkouts')
    .set({ leased_until: sql<Date>`now() + make_interval(secs => ${seconds})` })
    .where('idempotency_key', '=', checkout.idempotency_key)
    .execute();
}

/** Lets the next caller ask, without waiting for the lease to end. */
export async function releaseCheckout(db: Database, checkout: Checkout): Promise<void> {
  await db.updateTable('checkouts').set({ leased_until: null }).where('idempotency_key', '=', checkout.idempotency_key).execute();
}

/** It can no longer be paid, and so its gift becomes expired; a checkout that was completed, and a gift that was paid, stay. */
export async function setExpired(trx: Trx, checkout: Checkout): Promise<void> {
  const changed = await trx
    .updateTable('checkouts')
    .set({ state: 'expired', leased_until: null })
    .where('idempotency_key', '=', checkout.idempotency_key)
    .where('state', 'in', ['asking', 'open'])
    .executeTakeFirst();
  if (changed.numUpdatedRows > 0n) {
    const table = checkout.donation_id ? 'donations' : 'subscriptions';
    await trx
      .updateTable(table)
      .set({ status: 'expired' })
      .where('id', '=', giftIdOf(checkout))
      .where('status', '=', 'pending')
      .execute();
  }
}

/** It was paid, or a payment in it is on its way; what it says is still to be read. */
export async function setComplete(trx: Trx, checkout: Checkout): Promise<void> {
  await trx
    .updateTable('checkouts')
    .set({ state: 'complete', awaits_reading: true })
    .where('idempotency_key', '=', checkout.idempotency_key)
    .where('state', '=', 'open')
    .execute();
}

/** A request as it is kept: JSON without floats. */
export function toParameters(request: CheckoutRequest): Parameters {
  const { amount, expiresAt, ...rest } = request;
  return { ...rest, amount_minor: amount.minor.toString(), currency: amount.currency, expires_at: expiresAt.toISOString() };
}

/** The request that was kept, the same to the last character. */
export function toRequest(checkout: Checkout): CheckoutRequest {
  const { amount_minor, currency, expires_at, ...rest } = checkout.parameters as Parameters;
  return { ...rest, amount: money(BigInt(amount_minor), toCurrency(currency)), expiresAt: new Date(expires_at) };
}

export type Parameters = Omit<CheckoutRequest, 'amount' | 'expiresAt'> & {
  amount_minor: string;
  currency: string;
  expires_at: string;
};
