import { sql } from 'kysely';
import { aboutArticle, columnsOf, having, inPeriod } from './conditions.ts';
import type { List, ListWish, SortKey } from './list.ts';

/** Gifts, by when they were paid unless another basis is asked for; those that were never paid stand under `created` alone. */
export const donations: List = {
  name: 'donations',
  filters: ['basis', 'status', 'currency', 'article', 'campaign'],
  statuses: ['pending', 'processing', 'succeeded', 'failed', 'expired'],
  query(wish, timeZone) {
    const by = sortKeyOf(wish);
    const zone = wish.basis === 'available' ? 'UTC' : timeZone; // Stripe's days are days in UTC
    return {
      rows: sql`donations
        left join donors on donors.id = donations.donor_id
        left join balance_transactions charged on charged.id = donations.stripe_balance_transaction_id
        left join payouts on payouts.id = charged.payout_id`,
      columns: {
        ...columnsOf('donations', 'id', 'kind', 'status', 'subscription_id', 'donor_id', 'currency'),
        donor_email: sql`donors.email`,
        donor_name: sql`donors.name`,
        amount: sql`donations.amount_minor`,
        refunded: sql`donations.refunded_minor`,
        ...columnsOf('donations', 'settlement_currency'),
        gross: sql`donations.gross_minor`,
        fee: sql`donations.fee_minor`,
        net: sql`donations.net_minor`,
        ...columnsOf('donations', 'dispute_status', 'article_url', 'article_title', 'campaign', 'created_at', 'paid_at'),
        available_on: sql`(donations.available_on at time zone 'UTC')::date`, // Stripe's days are days in UTC
        ...columnsOf('donations', 'stripe_payment_intent_id', 'stripe_charge_id'),
        payout_id: sql`charged.payout_id`,
      },
      by,
      id: sql`donations.id`,
      conditions: [
        ...inPeriod(wish, by, zone),
        ...having(wish, 'donations', 'status', 'currency', 'campaign'),
        ...aboutArticle(wish, 'donations'),
      ],
      sums: {
        currency: sql`donations.currency`,
        settlementCurrency: sql`donations.settlement_currency`,
        amount: sql`donations.amount_minor`,
        gross: sql`donations.gross_minor`,
        fee: sql`donations.fee_minor`,
        net: sql`donations.net_minor`,
        refunded: sql`donations.refunded_minor`,
      },
    };
  },
};

function sortKeyOf({ basis = 'paid' }: ListWish): SortKey {
  switch (basis) {
    case 'paid':
      return { kind: 'instant', value: sql`donations.paid_at` };
    case 'created':
      return { kind: 'instant', value: sql`donations.created_at` };
    case 'available':
      return { kind: 'instant', value: sql`donations.available_on` };
    case 'payout':
      return { kind: 'day', value: sql`payouts.arrival_on` };
  }
}
