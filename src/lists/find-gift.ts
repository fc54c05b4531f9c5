import { sql } from 'kysely';
import type { Reader } from '../db/database.ts';
import { AppError } from '../errors.ts';

type Row = Record<string, unknown>;

/** Everything that is known of one gift, by the names that the answer has; amounts in minor units. Throws donation-not-found. */
export async function getWholeGift(db: Reader, id: string): Promise<Row> {
  const gift = await findGift(db, id);
  if (!gift) {
    throw new AppError('donation-not-found', 'There is no donation of this id.');
  }
  const { donor, subscription, payout, ...facts } = gift;
  const [refunds, disputes, receipts] = await Promise.all([refundsOf(db, id), disputesOf(db, id), receiptsOf(db, id)]);
  return { ...facts, donor, subscription, refunds, disputes, receipts, payout };
}

async function findGift(db: Reader, id: string): Promise<(Row & { donor: Row; subscription: Row; payout: Row }) | undefined> {
  const { rows } = await sql<Row & { donor: Row; subscription: Row; payout: Row }>`
    select donations.id, donations.kind, donations.status, donations.currency, donations.amount_minor as amount,
      donations.fee_cover_minor as fee_covered, donations.refunded_minor as refunded, donations.settlement_currency,
      donations.gross_minor as gross, donations.fee_minor as fee, donations.net_minor as net,
      donations.refunded_settled_minor as refunded_settled, donations.disputed_minor as disputed,
      donations.dispute_fee_minor as dispute_fee, donations.dispute_status, donations.created_at, donations.paid_at,
      (donations.available_on at time zone 'UTC')::date as available_on, donations.article_url, donations.article_id, donations.article_title, donations.section,
      donations.campaign, donations.placement, donations.anonymous, donations.message, donations.locale,
      donations.stripe_payment_intent_id, donations.stripe_charge_id, donations.stripe_balance_transaction_id,
      donations.stripe_invoice_id, checkouts.stripe_checkout_session_id,
      case when donors.id is not null then
        jsonb_build_object('id', donors.id, 'email', donors.email, 'name', donors.name, 'is_erased', donors.erased_at is not null)
      end as donor,
      case when subscriptions.id is not null then
        jsonb_build_object('id', subscriptions.id, 'status', subscriptions.status, 'interval', subscriptions.interval,
          'stripe_subscription_id', subscriptions.stripe_subscription_id)
      end as subscription,
      case when payouts.id is not null then
        jsonb_build_object('id', payouts.id, 'status', payouts.status, 'arrival_on', payouts.arrival_on)
      end as payout
    from donations
    left join donors on donors.id = donations.donor_id
    left join subscriptions on subscriptions.id = donations.subscription_id
    left join checkouts on checkouts.donation_id = donations.id
    left join balance_transactions charged on charged.id = donations.stripe_balance_transaction_id
    left join payouts on payouts.id = charged.payout_id
    where donations.id = ${id}`.execute(db);
  return rows[0];
}

async function refundsOf(db: Reader, id: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select id, donation_id, status, currency, amount_minor as amount, reason, note, requested_by, failure_reason,
      stripe_refund_id, created_at
    from refunds where donation_id = ${id} order by created_at, id`.execute(db);
  return rows;
}

async function disputesOf(db: Reader, id: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select id, donation_id, status, reason, currency, amount_minor as amount, settlement_currency,
      withdrawn_minor as withdrawn, fee_minor as fee, respond_by, stripe_charge_id, stripe_payment_intent_id, created_at
    from disputes where donation_id = ${id} order by created_at, id`.execute(db);
  return rows;
}

async function receiptsOf(db: Reader, id: string): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select receipts.id, receipts.number, receipts.kind, receipts.issued_at, receipts.refunded_minor as refunded,
      receipts.disputed_minor as disputed, mails.sent_at
    from receipts left join mails on mails.id = receipts.mail_id
    where receipts.donation_id = ${id} order by receipts.year, receipts.sequence`.execute(db);
  return rows;
}
