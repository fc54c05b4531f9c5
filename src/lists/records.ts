import { type RawBuilder, sql } from 'kysely';
import { columnsOf, inPeriod } from './conditions.ts';
import type { List, SortKey } from './list.ts';

/** What Stripe told us, without what stood in it. */
export const events: List = {
  name: 'events',
  filters: ['status'],
  statuses: ['pending', 'done', 'ignored', 'gone', 'dead'],
  query(wish, timeZone) {
    const by: SortKey = { kind: 'instant', value: sql`inbox_events.received_at` };
    return {
      rows: sql`inbox_events`,
      columns: {
        ...columnsOf('inbox_events', 'id', 'type', 'subject'),
        status: sql`inbox_events.state`,
        ...columnsOf('inbox_events', 'reason', 'source', 'attempts', 'error', 'created_at', 'received_at', 'done_at'),
      },
      by,
      id: sql`inbox_events.id`,
      conditions: [
        ...inPeriod(wish, by, timeZone),
        ...(wish.status === undefined ? [] : [sql`inbox_events.state = ${wish.status}`]),
      ],
      sums: {},
    };
  },
};

/** The ledger, a row a journal, the last position first; its period is of booking days. */
export const journals: List = {
  name: 'journals',
  filters: ['currency'],
  statuses: [],
  query(wish, timeZone) {
    const entries = sql`(
      select jsonb_agg(jsonb_build_object('account', account, 'currency', currency,
        'amount', amount_minor) order by line)
      from ledger_entries where journal_id = ledger_journals.id)`;
    return {
      rows: sql`ledger_journals`,
      columns: {
        ...columnsOf('ledger_journals', 'id', 'position', 'kind', 'booked_on', 'occurred_at', 'memo', 'donation_id'),
        ...columnsOf('ledger_journals', 'refund_id', 'dispute_id', 'payout_id', 'stripe_balance_transaction_id'),
        entries,
      },
      by: { kind: 'number', value: sql`ledger_journals.position` },
      id: sql`ledger_journals.id`,
      conditions: [
        ...inPeriod(wish, { kind: 'day', value: sql`ledger_journals.booked_on` }, timeZone),
        ...(wish.currency === undefined ? [] : [inCurrency(wish.currency)]),
      ],
      sums: {},
    };
  },
};

/** A journal is of one currency: that of its first line. */
function inCurrency(currency: string): RawBuilder<unknown> {
  return sql`exists (
    select from ledger_entries where journal_id = ledger_journals.id and line = 1 and currency = ${currency})`;
}
