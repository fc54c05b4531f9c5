import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../db/database.ts';

/** Something that happened to a gift. `object`: whose id or number it is; `detail`: a name, a word of Stripe's, or its fee in minor units. */
export type GiftEvent = {
  readonly at: Date;
  readonly kind: string;
  readonly object: string | null;
  readonly amount_minor: bigint | null;
  readonly currency: string | null;
  readonly detail: string | null;
};

/** Everything that happened to one gift, the oldest first; within a second, which is all that Stripe tells, as one leads to the other. */
export async function readEvents(db: Reader, donationId: string, now: Date): Promise<GiftEvent[]> {
  const parts = [
    ofGiving(donationId, now),
    ofLetters(donationId),
    ofRefunds(donationId),
    ofBanks(donationId),
    ofTheEnd(donationId),
  ];
  const { rows } = await sql<GiftEvent>`
    select at, kind, object, amount_minor, currency, detail
    from (${sql.join(parts, sql` union all `)}) as told (rank, at, kind, object, amount_minor, currency, detail)
    where at is not null
    order by date_trunc('second', at), rank, at, object`.execute(db);
  return rows;
}

function ofGiving(id: string, now: Date): RawBuilder<unknown> {
  return sql`
    select 1, created_at, case kind when 'recurring' then 'instalment' else 'begun' end, coalesce(subscription_id, id),
      amount_minor, currency, coalesce(article_title, split_part(article_url, '?', 1))
    from donations where id = ${id}
    union all
    select 2, created_at, 'page', stripe_checkout_session_id, null, null, null
    from checkouts where donation_id = ${id}
    union all
    select 3, least(expires_at, ${now}), 'page-closed', stripe_checkout_session_id, null, null, null
    from checkouts where donation_id = ${id} and state = 'expired'
    union all
    select 3, declined_at, 'declined', null, null, null, null from declines where gift_id = ${id}
    union all
    select 4, coalesce(arrived_at, paid_at), 'paid', stripe_charge_id, amount_minor, currency, null
    from donations where id = ${id}
    union all
    select 5, moved.created_at, 'settled', moved.id, donations.net_minor, donations.settlement_currency,
      donations.fee_minor::text
    from donations join balance_transactions moved on moved.id = donations.stripe_balance_transaction_id
    where donations.id = ${id}
    union all
    select 6, journals.occurred_at, 'failed-after-all', moved.id, abs(moved.amount_minor), moved.currency, null
    from ledger_journals journals join balance_transactions moved on moved.id = journals.stripe_balance_transaction_id
    where journals.donation_id = ${id} and journals.kind = 'gift-failure'`;
}

function ofLetters(id: string): RawBuilder<unknown> {
  return sql`
    select case receipts.kind when 'gift' then 6 else 12 end, receipts.issued_at, receipts.kind || '-issued', receipts.number,
      null, null, null
    from receipts where receipts.donation_id = ${id}
    union all
    select 13, mails.sent_at, receipts.kind || '-sent', receipts.number, null, null, null
    from receipts join mails on mails.id = receipts.mail_id
    where receipts.donation_id = ${id}
    union all
    select 13, sent_at, 'debit-failed-sent', null, null, null, null
    from mails where dedupe_key = ${`debit-failed:${id}`}
    union all
    select 13, mails.given_up_at, 'letter-given-up', receipts.number, null, null, null
    from receipts join mails on mails.id = receipts.mail_id
    where receipts.donation_id = ${id}`;
}

function ofRefunds(id: string): RawBuilder<unknown> {
  return sql`
    select 8, refunds.created_at, case when requested_by is null then 'refund-elsewhere' else 'refund-asked' end, refunds.id,
      amount_minor, currency, coalesce(api_keys.name, requested_by)
    from refunds left join api_keys on api_keys.id = refunds.requested_by
    where donation_id = ${id}
    union all
    select 9, asked_at, 'refund-unknown', id, amount_minor, currency, null
    from refunds where donation_id = ${id} and status = 'unknown'
    union all
    select 9, entries.at, 'refund-refused', refunds.id, amount_minor, currency, failure_reason
    from refunds join audit_entries entries on entries.object_id = refunds.id and entries.action = 'refund.refused'
    where donation_id = ${id}
    union all
    select 10, moved.created_at, 'refund-made', refunds.id, refunds.amount_minor, refunds.currency, null
    from refunds join balance_transactions moved on moved.id = refunds.stripe_balance_transaction_id
    where donation_id = ${id}
    union all
    select 11, moved.created_at, 'refund-came-back', refunds.id, refunds.amount_minor, refunds.currency, failure_reason
    from refunds join balance_transactions moved on moved.id = refunds.failure_balance_transaction_id
    where donation_id = ${id}`;
}

function ofBanks(id: string): RawBuilder<unknown> {
  return sql`
    select 7, created_at, 'fraud-warning', id, null, null, fraud_type from early_fraud_warnings where donation_id = ${id}
    union all
    select 8, created_at, case when status like 'warning%' then 'inquiry' else 'dispute' end, id, amount_minor, currency, reason
    from disputes where donation_id = ${id}
    union all
    select 9, journals.occurred_at, case when moved.net_minor < 0 then 'dispute-took' else 'dispute-gave-back' end,
      journals.dispute_id, abs(moved.net_minor), moved.currency, null
    from disputes
    join ledger_journals journals on journals.dispute_id = disputes.id
    join balance_transactions moved on moved.id = journals.stripe_balance_transaction_id
    where disputes.donation_id = ${id}
    union all
    select 10, max(journals.occurred_at), 'dispute-won', disputes.id, disputes.amount_minor, disputes.currency, null
    from disputes
    join ledger_journals journals on journals.dispute_id = disputes.id
    join balance_transactions moved on moved.id = journals.stripe_balance_transaction_id and moved.net_minor > 0
    where disputes.donation_id = ${id} and disputes.status = 'won'
    group by disputes.id
    union all
    select 11, receipts.issued_at, 'dispute-lost', disputes.id, disputes.amount_minor, disputes.currency, null
    from disputes join receipts on receipts.dispute_id = disputes.id
    where disputes.donation_id = ${id} and disputes.status = 'lost'`;
}

function ofTheEnd(id: string): RawBuilder<unknown> {
  return sql`
    select 14, (payouts.arrival_on::timestamp at time zone 'UTC'),
      case when payouts.status in ('failed', 'canceled') then 'payout-failed' else 'payout' end, payouts.id,
      moved.net_minor, moved.currency, payouts.status
    from donations
    join balance_transactions moved on moved.id = donations.stripe_balance_transaction_id
    join payouts on payouts.id = moved.payout_id
    where donations.id = ${id}
    union all
    select 15, subscriptions.stop_requested_at, 'stop-asked', subscriptions.id, null, null, null
    from donations join subscriptions on subscriptions.id = donations.subscription_id
    where donations.id = ${id}
    union all
    select 16, subscriptions.ended_at, 'recurring-ended', subscriptions.id, null, null, null
    from donations join subscriptions on subscriptions.id = donations.subscription_id
    where donations.id = ${id}
    union all
    select 17, donors.erased_at, 'erased', donors.id, null, null, null
    from donations join donors on donors.id = donations.donor_id
    where donations.id = ${id}`;
}
