import type { Trx } from '../db/database.ts';
import type { Person } from '../donors/attach-donor.ts';
import { AppError } from '../errors.ts';
import { stageJob } from '../jobs/stage.ts';
import type { CheckoutReading } from '../stripe/gateway.ts';
import { type Checkout, giftIdOf, setExpired } from './checkout.ts';

const paymentStatuses = ['paid', 'unpaid', 'no_payment_required'];

/** How the page of a gift ended. `name`, `locale`: what the donor typed and spoke before it was opened. */
export type Page = { readonly end: 'none' | 'expired' | 'paid'; readonly name: string | null; readonly locale: string | null };

/** Notes how a session ended; a gift that nobody paid in it expires with it. Throws stripe-value-unknown. */
export async function closePage(trx: Trx, checkout: CheckoutReading): Promise<Page> {
  if (!paymentStatuses.includes(checkout.paymentStatus)) {
    throw new AppError('stripe-value-unknown', 'Stripe gave a session a payment status that is not understood');
  }
  const row = checkout.reference ? await lockCheckout(trx, checkout.reference) : undefined;
  const typed = { name: row?.donor_name ?? null, locale: row ? await findLocale(trx, row) : null };
  if (checkout.status === 'open') {
    return { end: 'none', ...typed };
  }
  if (checkout.status === 'complete') {
    await setPaid(trx, row, checkout.id);
    return { end: 'paid', ...typed };
  }
  if (row) {
    await setExpired(trx, row);
  }
  return { end: 'expired', ...typed };
}

/** Who a session says has paid; the name typed on our page is the one that the donor wants to be called by. */
export function toPayer(checkout: CheckoutReading, page: Page, now: Date): Person {
  const { email, name, customerId, payment, subscription } = checkout;
  const at = payment?.charge?.createdAt ?? subscription?.createdAt ?? now;
  return { email, name: page.name ?? name, locale: page.locale, customerId, at };
}

async function lockCheckout(trx: Trx, giftId: string): Promise<Checkout | undefined> {
  const column = giftId.startsWith('rec_') ? 'subscription_id' : 'donation_id';
  return trx.selectFrom('checkouts').selectAll().where(column, '=', giftId).forUpdate().executeTakeFirst();
}

async function findLocale(trx: Trx, row: Checkout): Promise<string | null> {
  const table = row.donation_id ? 'donations' : 'subscriptions';
  const gift = await trx.selectFrom(table).select('locale').where('id', '=', giftIdOf(row)).executeTakeFirst();
  return gift?.locale ?? null;
}

/** Stripe may tell that a page was paid before it answers the request that made the page. */
async function setPaid(trx: Trx, row: Checkout | undefined, checkoutId: string): Promise<void> {
  if (row && (row.state !== 'complete' || row.awaits_reading)) {
    await trx
      .updateTable('checkouts')
      .set({ state: 'complete', stripe_checkout_session_id: checkoutId, leased_until: null, awaits_reading: false })
      .where('idempotency_key', '=', row.idempotency_key)
      .execute();
    await stageLettersThatWait(trx, row);
  }
}

/** Gifts that a payment alone told of, perhaps without saying whose they are: letters that waited for this are written now. */
async function stageLettersThatWait(trx: Trx, row: Checkout): Promise<void> {
  const waiting = await trx
    .selectFrom('donations')
    .innerJoin('receipts', 'receipts.donation_id', 'donations.id')
    .select(['donations.id', 'donations.newsletter', 'receipts.id as receipt_id'])
    .where(row.donation_id ? 'donations.id' : 'donations.subscription_id', '=', giftIdOf(row))
    .where('receipts.written_at', 'is', null)
    .execute();
  for (const { id, newsletter, receipt_id } of waiting) {
    await stageJob(trx, 'write-receipt', { receiptId: receipt_id });
    if (newsletter) await stageJob(trx, 'ask-newsletter-wish', { donationId: id });
  }
}
