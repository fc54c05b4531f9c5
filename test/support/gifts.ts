import { yearOf } from '../../src/period.ts';
import type { Services } from '../../src/services.ts';

export type GiftToInsert = {
  email?: string;
  name?: string;
  currency?: string;
  amountMinor?: bigint;
  feeCoverMinor?: bigint;
  newsletter?: 'daily' | 'weekly';
  locale?: string;
  paidAt?: Date;
  article?: { url: string; title?: string };
  /** Makes it an instalment of a recurring donation. */
  subscription?: { interval: 'month' | 'year'; status?: string; cancelAt?: Date; endedAt?: Date; periodEnd?: Date };
};

let drawn = 0;

/** Writes down a gift that was paid, as recording Stripe's word would: donor, subscription, donation, and a receipt's number. */
export async function insertGift(
  { db, newId, clock, config }: Services,
  gift: GiftToInsert,
): Promise<{ donationId: string; subscriptionId: string | null; receiptId: string; number: string }> {
  drawn += 1;
  const now = clock.now();
  const { currency = 'eur', amountMinor = 750n, feeCoverMinor = 0n, locale = null, newsletter = null, subscription } = gift;
  const shared = { currency, amount_minor: amountMinor, fee_cover_minor: feeCoverMinor, locale, newsletter, created_at: now };
  const article = { article_url: gift.article?.url ?? null, article_title: gift.article?.title ?? null };
  const donorId = await insertDonor();
  const subscriptionId = subscription ? newId('rec') : null;
  if (subscription && subscriptionId) {
    const { interval, status = 'active', cancelAt = null, endedAt = null, periodEnd = null } = subscription;
    const ends = { cancel_at: cancelAt, ended_at: endedAt, canceled_at: endedAt, current_period_end: periodEnd };
    const row = { ...shared, ...article, ...ends, id: subscriptionId, donor_id: donorId, status, interval };
    await db.insertInto('subscriptions').values(row).execute();
  }
  const donation = {
    ...shared,
    ...article,
    id: newId('don'),
    kind: subscriptionId ? 'recurring' : 'one-time',
    donor_id: donorId,
    subscription_id: subscriptionId,
    status: 'succeeded',
    paid_at: gift.paidAt ?? now,
    period_end: subscription?.periodEnd ?? null,
    stripe_payment_intent_id: `pi_${process.pid}_${drawn}`,
    stripe_charge_id: `ch_${process.pid}_${drawn}`,
  };
  await db.insertInto('donations').values(donation).execute();
  const receipt = await db
    .insertInto('receipts')
    .values({
      id: newId('rcp'),
      year: yearOf(now, config.newsroom.time_zone),
      sequence: drawn,
      kind: 'gift',
      donation_id: donation.id,
      currency,
      amount_minor: amountMinor,
      issued_at: now,
    })
    .returning(['id', 'number'])
    .executeTakeFirstOrThrow();
  return { donationId: donation.id, subscriptionId, receiptId: receipt.id, number: receipt.number };

  async function insertDonor(): Promise<string | null> {
    if (!gift.email && !gift.name) return null;
    const email = gift.email ?? null;
    const known = email && (await db.selectFrom('donors').select('id').where('email', '=', email).executeTakeFirst());
    if (known) return known.id;
    const id = newId('dnr');
    await db
      .insertInto('donors')
      .values({ id, email, email_key: email, name: gift.name ?? null, created_at: now })
      .execute();
    return id;
  }
}

/** Writes down a refund that succeeded and the number of its correction; answers the correction. */
export async function insertCorrection(
  { db, newId, clock, config }: Services,
  gift: { donationId: string; receiptId: string },
  refundedMinor: bigint,
): Promise<{ receiptId: string; number: string }> {
  drawn += 1;
  const now = clock.now();
  const donation = await db.selectFrom('donations').selectAll().where('id', '=', gift.donationId).executeTakeFirstOrThrow();
  const { currency, amount_minor } = donation;
  const refundId = newId('rfd');
  const refund = {
    id: refundId,
    donation_id: donation.id,
    status: 'succeeded',
    amount_minor: refundedMinor,
    currency,
    created_at: now,
  };
  await db.insertInto('refunds').values(refund).execute();
  const refunded_minor = donation.refunded_minor + refundedMinor;
  await db.updateTable('donations').set({ refunded_minor }).where('id', '=', donation.id).execute();
  const receipt = await db
    .insertInto('receipts')
    .values({
      id: newId('rcp'),
      year: yearOf(now, config.newsroom.time_zone),
      sequence: drawn,
      kind: 'correction',
      donation_id: donation.id,
      refund_id: refundId,
      corrects_receipt_id: gift.receiptId,
      currency,
      amount_minor,
      refunded_minor,
      issued_at: now,
    })
    .returning(['id', 'number'])
    .executeTakeFirstOrThrow();
  return { receiptId: receipt.id, number: receipt.number };
}
