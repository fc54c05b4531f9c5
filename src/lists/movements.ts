import { sql } from 'kysely';
import { aboutArticle, columnsOf, having, inPeriod } from './conditions.ts';
import type { List, SortKey } from './list.ts';

/** Money that went back, is to, or did not; summed is what went back. */
export const refunds: List = {
  name: 'refunds',
  filters: ['status', 'currency', 'article', 'campaign'],
  statuses: ['requested', 'unknown', 'pending', 'requires_action', 'succeeded', 'failed', 'canceled'],
  query(wish, timeZone) {
    const by: SortKey = { kind: 'instant', value: sql`refunds.created_at` };
    return {
      rows: sql`refunds join donations on donations.id = refunds.donation_id`,
      columns: {
        ...columnsOf('refunds', 'id', 'donation_id', 'status', 'currency'),
        amount: sql`refunds.amount_minor`,
        ...columnsOf('refunds', 'reason', 'note', 'requested_by', 'failure_reason', 'stripe_refund_id', 'created_at'),
      },
      by,
      id: sql`refunds.id`,
      conditions: [
        ...inPeriod(wish, by, timeZone),
        ...having(wish, 'refunds', 'status', 'currency'),
        ...having(wish, 'donations', 'campaign'),
        ...aboutArticle(wish, 'donations'),
      ],
      sums: {
        currency: sql`refunds.currency`,
        amount: sql`case when refunds.status = 'succeeded' then refunds.amount_minor end`,
      },
    };
  },
};

/** What donors' banks ask back. */
export const disputes: List = {
  name: 'disputes',
  filters: ['status', 'currency'],
  statuses: [
    ...['warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review'],
    ...['won', 'lost', 'prevented', 'appeal_needs_response', 'appeal_under_review'],
  ],
  query(wish, timeZone) {
    const by: SortKey = { kind: 'instant', value: sql`disputes.created_at` };
    return {
      rows: sql`disputes`,
      columns: {
        ...columnsOf('disputes', 'id', 'donation_id', 'status', 'reason', 'currency'),
        amount: sql`disputes.amount_minor`,
        ...columnsOf('disputes', 'settlement_currency'),
        withdrawn: sql`disputes.withdrawn_minor`,
        fee: sql`disputes.fee_minor`,
        ...columnsOf('disputes', 'respond_by', 'stripe_charge_id', 'stripe_payment_intent_id', 'created_at'),
      },
      by,
      id: sql`disputes.id`,
      conditions: [...inPeriod(wish, by, timeZone), ...having(wish, 'disputes', 'status', 'currency')],
      sums: {
        currency: sql`disputes.currency`,
        settlementCurrency: sql`disputes.settlement_currency`,
        amount: sql`disputes.amount_minor`,
        fee: sql`disputes.fee_minor`,
      },
    };
  },
};

/** What Stripe sent to the bank, by the day it arrives. */
export const payouts: List = {
  name: 'payouts',
  filters: ['status', 'currency'],
  statuses: ['pending', 'in_transit', 'paid', 'failed', 'canceled'],
  query(wish, timeZone) {
    const by: SortKey = { kind: 'day', value: sql`payouts.arrival_on` };
    return {
      rows: sql`payouts`,
      columns: {
        ...columnsOf('payouts', 'id', 'status', 'currency'),
        amount: sql`payouts.amount_minor`,
        ...columnsOf('payouts', 'automatic', 'reconciliation_status', 'arrival_on', 'failure_code', 'created_at'),
      },
      by,
      id: sql`payouts.id`,
      conditions: [...inPeriod(wish, by, timeZone), ...having(wish, 'payouts', 'status', 'currency')],
      sums: { settlementCurrency: sql`payouts.currency`, amount: sql`payouts.amount_minor` },
    };
  },
};
