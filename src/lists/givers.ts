import { sql } from 'kysely';
import { aboutArticle, columnsOf, having, inPeriod } from './conditions.ts';
import type { List, SortKey } from './list.ts';

/** Who gave; an erased donor is a row without a name. */
export const donors: List = {
  name: 'donors',
  filters: [],
  statuses: [],
  query(wish, timeZone) {
    const by: SortKey = { kind: 'instant', value: sql`donors.created_at` };
    return {
      rows: sql`donors`,
      columns: columnsOf('donors', 'id', 'email', 'name', 'locale', 'created_at', 'erased_at'),
      by,
      id: sql`donors.id`,
      conditions: inPeriod(wish, by, timeZone),
      sums: {},
    };
  },
};

/** Recurring donations. */
export const subscriptions: List = {
  name: 'subscriptions',
  filters: ['status', 'currency', 'article', 'campaign'],
  statuses: [
    'pending',
    'expired',
    'incomplete',
    'incomplete_expired',
    'trialing',
    'active',
    'past_due',
    'canceled',
    'unpaid',
    'paused',
  ],
  query(wish, timeZone) {
    const by: SortKey = { kind: 'instant', value: sql`subscriptions.created_at` };
    return {
      rows: sql`subscriptions left join donors on donors.id = subscriptions.donor_id`,
      columns: {
        ...columnsOf('subscriptions', 'id', 'status', 'donor_id'),
        donor_email: sql`donors.email`,
        donor_name: sql`donors.name`,
        ...columnsOf('subscriptions', 'interval', 'currency'),
        amount: sql`subscriptions.amount_minor`,
        ...columnsOf('subscriptions', 'article_url', 'article_title', 'campaign', 'created_at', 'current_period_end'),
        ...columnsOf('subscriptions', 'cancel_at', 'ended_at', 'stop_requested_at', 'stripe_subscription_id'),
      },
      by,
      id: sql`subscriptions.id`,
      conditions: [
        ...inPeriod(wish, by, timeZone),
        ...having(wish, 'subscriptions', 'status', 'currency', 'campaign'),
        ...aboutArticle(wish, 'subscriptions'),
      ],
      sums: { currency: sql`subscriptions.currency`, amount: sql`subscriptions.amount_minor` },
    };
  },
};

/** Who asked for the newsletter. */
export const signups: List = {
  name: 'signups',
  filters: ['status', 'article'],
  statuses: ['pending', 'confirmed', 'left'],
  query(wish, timeZone) {
    const by: SortKey = { kind: 'instant', value: sql`signups.requested_at` };
    return {
      rows: sql`signups`,
      columns: columnsOf(
        'signups',
        ...['id', 'email', 'frequency', 'offers', 'status', 'locale', 'article_url', 'requested_at', 'confirmed_at', 'left_at'],
      ),
      by,
      id: sql`signups.id`,
      conditions: [
        ...inPeriod(wish, by, timeZone),
        ...having(wish, 'signups', 'status'),
        ...aboutArticle(wish, 'signups', { byId: false }),
      ],
      sums: {},
    };
  },
};

/** Whether articles helped; nobody knows whose votes they are. */
export const votes: List = {
  name: 'votes',
  filters: ['article'],
  statuses: [],
  query(wish, timeZone) {
    const by: SortKey = { kind: 'instant', value: sql`votes.voted_at` };
    return {
      rows: sql`votes`,
      columns: columnsOf('votes', 'day', 'article_url', 'article_id', 'helpful', 'comment', 'voted_at'),
      by,
      id: sql`md5(votes.visitor_hash || convert_to(votes.article_url, 'UTF8'))`,
      conditions: [...inPeriod(wish, by, timeZone), ...aboutArticle(wish, 'votes')],
      sums: {},
    };
  },
};
