import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';

/** Who is forgotten: the row that stays, and the address as it was written. */
export type Forgotten = { readonly donorId: string; readonly email: string | null };

/**
 * Takes name and address out of the pages on which the person paid or was to pay, and answers what would have been given on them. A
 * page that Stripe is being asked for is left to retention.
 */
export async function scrubCheckouts(trx: Trx, { donorId, email }: Forgotten): Promise<string[]> {
  const scrubbed = await sql<{ gift_id: string }>`
    update checkouts set donor_name = null, wish_hash = null, parameters = parameters - 'email'
    where state <> 'asking' and idempotency_key in (
      select idempotency_key from checkouts
      where lower(parameters ->> 'email') = ${email?.toLowerCase() ?? null} and parameters ->> 'email' is not null
      union
      select idempotency_key from checkouts where donation_id in (select id from donations where donor_id = ${donorId})
      union
      select idempotency_key from checkouts where subscription_id in (select id from subscriptions where donor_id = ${donorId})
    )
    returning coalesce(donation_id, subscription_id) as gift_id`.execute(trx);
  return scrubbed.rows.map(({ gift_id }) => gift_id);
}

/** Takes out what the person wrote with a gift, and what staff wrote beside its refunds. `begun`: gifts that were never paid among them. */
export async function scrubWords(trx: Trx, { donorId }: Forgotten, begun: string[]): Promise<void> {
  for (const table of ['subscriptions', 'donations']) {
    await sql`
      update ${sql.ref(table)} set message = null
      where (donor_id = ${donorId} or id = any(${begun})) and message is not null`.execute(trx);
  }
  await sql`
    update refunds set note = null
    from donations
    where donations.id = refunds.donation_id and donations.donor_id = ${donorId} and refunds.note is not null`.execute(trx);
}

/** Ends what the address signed up for, as if it had never asked. */
export async function scrubSignup(trx: Trx, { email }: Forgotten): Promise<void> {
  await sql`delete from signups where email_key = ${email?.toLowerCase() ?? null}`.execute(trx);
}

/** Empties mails to the person; what was not sent yet is not sent. That there was a mail, when, and about what stays. */
export async function scrubMails(trx: Trx, { donorId, email }: Forgotten, now: Date): Promise<void> {
  await sql`
    update mails set to_address = '', subject = '', text_body = '', html_body = '', headers = '{}',
      given_up_at = case when sent_at is null then coalesce(given_up_at, ${now}) else given_up_at end
    where to_address <> '' and id in (
      select id from mails where lower(to_address) = ${email?.toLowerCase() ?? null} and to_address <> ''
      union
      select mail_id from receipts join donations on donations.id = receipts.donation_id
      where donations.donor_id = ${donorId}
    )`.execute(trx);
}

/**
 * Throws away what Stripe's events said of the person, word for word; that they came, and about what, stays. `since`: older ones have
 * lost their words already. Locks events in the order of their ids and stands before every other lock, as where they are worked on.
 */
export async function scrubEvents(trx: Trx, { donorId, email }: Forgotten, since: Date): Promise<void> {
  const address = email?.toLowerCase() ?? null;
  await sql`
    with customers as (
      select stripe_customer_id as id from donor_stripe_customers where donor_id = ${donorId}
      union
      select stripe_customer_id from subscriptions where donor_id = ${donorId} and stripe_customer_id is not null
    ), gifts as (
      select id, stripe_payment_intent_id, stripe_invoice_id from donations where donor_id = ${donorId}
    ), subjects as (
      select stripe_payment_intent_id as id from gifts
      union select stripe_invoice_id from gifts
      union select stripe_subscription_id from subscriptions where donor_id = ${donorId}
      union select stripe_refund_id from refunds where donation_id in (select id from gifts)
      union select id from disputes where donation_id in (select id from gifts)
      union select id from early_fraud_warnings where donation_id in (select id from gifts)
      union select stripe_checkout_session_id from checkouts where donation_id in (select id from gifts)
      union select stripe_checkout_session_id from checkouts
        where subscription_id in (select id from subscriptions where donor_id = ${donorId})
      union select stripe_checkout_session_id from checkouts
        where lower(parameters ->> 'email') = ${address} and parameters ->> 'email' is not null
      union select id from customers
    )
    update inbox_events set body = null
    where id in (
      select id from inbox_events
      where body is not null and received_at >= ${since} and (
        stripe_customer_id in (select id from customers)
        or subject in (select id from subjects where id is not null)
        or (subject is null and position(${address}::text in lower(convert_from(body, 'UTF8'))) > 0)
      )
      order by id
      for update
    )`.execute(trx);
}
