import { withoutQuery } from '../article-address.ts';
import { toCurrency } from '../currency.ts';
import type { Reader } from '../db/database.ts';
import { type Money, money } from '../money.ts';
import type { Interval } from '../newsroom.ts';

/** A gift whose payment page was left, and what was chosen for it: nothing about a person. */
export type LeftGift = {
  readonly id: string;
  readonly attempt: string;
  /** Its payment arrived or is on its way after all. */
  readonly paid: boolean;
  /** Before any fee cover. */
  readonly amount: Money;
  readonly coverFees: boolean;
  readonly interval: Interval;
  /** Without its query. */
  readonly articleUrl: string | null;
  readonly articleId: string | null;
  readonly articleTitle: string | null;
  readonly section: string | null;
  readonly campaign: string | null;
  readonly placement: string | null;
};

const unpaid = ['failed', 'expired', 'incomplete_expired'];

/** The gift that a reader comes back from, once or recurring; undefined where there is none of this id that was begun on a page. */
export async function findLeftGift(reader: Reader, id: string): Promise<LeftGift | undefined> {
  const row = id.startsWith('rec_') ? await findRecurring(reader, id) : await findOnce(reader, id);
  return (
    row && {
      id,
      attempt: row.attempt,
      paid: row.status === 'pending' ? row.state === 'complete' : !unpaid.includes(row.status),
      amount: money(row.amount_minor - row.fee_cover_minor, toCurrency(row.currency)),
      coverFees: row.fee_cover_minor > 0n,
      interval: row.interval as Interval,
      articleUrl: row.article_url && withoutQuery(row.article_url),
      articleId: row.article_id,
      articleTitle: row.article_title,
      section: row.section,
      campaign: row.campaign,
      placement: row.placement,
    }
  );
}

const columns = ['status', 'currency', 'amount_minor', 'fee_cover_minor', 'article_url', 'article_id', 'article_title'] as const;
const further = ['section', 'campaign', 'placement', 'checkouts.attempt', 'checkouts.state'] as const;

async function findOnce(reader: Reader, id: string) {
  return reader
    .selectFrom('donations')
    .innerJoin('checkouts', 'checkouts.donation_id', 'donations.id')
    .select([...columns, ...further])
    .select((row) => row.val<string>('once').as('interval'))
    .where('donations.id', '=', id)
    .executeTakeFirst();
}

async function findRecurring(reader: Reader, id: string) {
  return reader
    .selectFrom('subscriptions')
    .innerJoin('checkouts', 'checkouts.subscription_id', 'subscriptions.id')
    .select([...columns, ...further, 'interval'])
    .where('subscriptions.id', '=', id)
    .executeTakeFirst();
}
