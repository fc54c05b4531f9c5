import { withoutQuery } from '../article-address.ts';
import { toCurrency } from '../currency.ts';
import type { Reader } from '../db/database.ts';
import { type Money, money } from '../money.ts';

/** What anybody who knows the id of a recurring gift may know of it: nothing about a person. */
export type SubscriptionStanding = {
  readonly id: string;
  /** `pending` until the first instalment has succeeded, `failed` where it has failed; then Stripe's status of the subscription. */
  readonly status: string;
  /** Of the first instalment; null before there is one. */
  readonly firstDonationStatus: string | null;
  /** What is charged each time, fee cover included. */
  readonly amount: Money;
  readonly interval: 'month' | 'year';
  /** Without its query. */
  readonly articleUrl: string | null;
  readonly articleTitle: string | null;
  /** When the next instalment is due. */
  readonly nextAt: Date | null;
  readonly cancelAt: Date | null;
  readonly stopRequestedAt: Date | null;
  readonly endedAt: Date | null;
  /** The first instalment has a receipt, and there is an address to send it to. */
  readonly receiptFollows: boolean;
};

const over = ['expired', 'incomplete_expired', 'canceled'];

/** How a recurring gift stands, if there is one of this id. */
export async function findSubscription(reader: Reader, id: string): Promise<SubscriptionStanding | undefined> {
  const row = await reader.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) {
    return undefined;
  }
  const first = await reader
    .selectFrom('donations')
    .leftJoin('donors', 'donors.id', 'donations.donor_id')
    .leftJoin('receipts', (join) => join.onRef('receipts.donation_id', '=', 'donations.id').on('receipts.kind', '=', 'gift'))
    .select('donations.status')
    .select((first) =>
      first.and([first('donors.email', 'is not', null), first('receipts.id', 'is not', null)]).as('receipt_follows'),
    )
    .where('donations.subscription_id', '=', id)
    .orderBy('donations.created_at')
    .orderBy('donations.id')
    .executeTakeFirst();
  const firstDonationStatus = first?.status ?? null;
  return {
    id: row.id,
    status: toStatus(row.status, firstDonationStatus),
    firstDonationStatus,
    amount: money(row.amount_minor, toCurrency(row.currency)),
    interval: row.interval as 'month' | 'year',
    articleUrl: row.article_url && withoutQuery(row.article_url),
    articleTitle: row.article_title,
    nextAt: row.current_period_end,
    cancelAt: row.cancel_at,
    stopRequestedAt: row.stop_requested_at,
    endedAt: row.ended_at ?? row.canceled_at,
    receiptFollows: Boolean(first?.receipt_follows),
  };
}

function toStatus(status: string, firstDonationStatus: string | null): string {
  if (over.includes(status)) {
    return status === 'incomplete_expired' ? 'expired' : status;
  }
  if (firstDonationStatus === 'succeeded') {
    return status === 'pending' || status === 'incomplete' ? 'active' : status;
  }
  return firstDonationStatus === 'failed' ? 'failed' : 'pending';
}
