import { sql } from 'kysely';
import { withoutQuery } from '../article-address.ts';
import { toCurrency } from '../currency.ts';
import type { Reader } from '../db/database.ts';
import { type Money, money } from '../money.ts';
import type { Interval } from '../newsroom.ts';

/** What anybody who knows the id of a gift may know of it: nothing about a person. */
export type DonationStanding = {
  readonly id: string;
  readonly status: string;
  /** What the donor pays, fee cover included. */
  readonly amount: Money;
  readonly refunded: Money;
  /** By banks that decided against the newsroom, as its latest receipt says. */
  readonly takenBack: Money;
  readonly interval: Interval;
  /** Without its query. */
  readonly articleUrl: string | null;
  readonly articleTitle: string | null;
  /** When it had arrived: a bank debit does days after it was begun. */
  readonly receivedAt: Date | null;
  /** It has a receipt, and there is an address to send it to. */
  readonly receiptFollows: boolean;
};

const disputed = sql<bigint>`coalesce((
  select disputed_minor from receipts where donation_id = donations.id order by year desc, sequence desc limit 1), 0)`;

/** How a gift stands, if there is one of this id. */
export async function findDonation(reader: Reader, id: string): Promise<DonationStanding | undefined> {
  const row = await reader
    .selectFrom('donations')
    .leftJoin('subscriptions', 'subscriptions.id', 'donations.subscription_id')
    .leftJoin('donors', 'donors.id', 'donations.donor_id')
    .leftJoin('receipts', (join) => join.onRef('receipts.donation_id', '=', 'donations.id').on('receipts.kind', '=', 'gift'))
    .select(['donations.id', 'donations.status', 'donations.currency', 'donations.amount_minor', 'donations.refunded_minor'])
    .select(disputed.as('disputed_minor'))
    .select([
      'donations.article_url',
      'donations.article_title',
      'donations.paid_at',
      'donations.arrived_at',
      'subscriptions.interval',
    ])
    .select((row) => row.and([row('donors.email', 'is not', null), row('receipts.id', 'is not', null)]).as('receipt_follows'))
    .where('donations.id', '=', id)
    .executeTakeFirst();
  if (!row) {
    return undefined;
  }
  const currency = toCurrency(row.currency);
  return {
    id: row.id,
    status: row.status,
    amount: money(row.amount_minor, currency),
    refunded: money(row.refunded_minor, currency),
    takenBack: money(row.disputed_minor, currency),
    interval: (row.interval ?? 'once') as Interval,
    articleUrl: row.article_url && withoutQuery(row.article_url),
    articleTitle: row.article_title,
    receivedAt: row.arrived_at ?? row.paid_at,
    receiptFollows: Boolean(row.receipt_follows),
  };
}
