import { z } from 'zod';
import { listRows } from './list-rows.ts';
import { currency, day, donationId, donorId, instant, refundId, subscriptionId } from './words.ts';

const text = z.string();
const minor = z.int().describe('In the currency’s smallest unit.');
const settled = z.int().nullable().describe('In the settlement currency’s smallest unit.');

/** What `GET /v1/admin/donations/{id}` answers. */
export const wholeGiftJson = listRows.donations
  .omit({ donor_id: true, donor_email: true, donor_name: true, subscription_id: true, payout_id: true })
  .extend({
    fee_covered: minor,
    refunded_settled: settled,
    disputed: settled,
    dispute_fee: settled,
    article_id: text.nullable(),
    section: text.nullable(),
    placement: text.nullable(),
    anonymous: z.boolean(),
    message: text.nullable(),
    locale: text.nullable(),
    stripe_balance_transaction_id: text.nullable(),
    stripe_invoice_id: text.nullable(),
    stripe_checkout_session_id: text.nullable(),
    donor: z.object({ id: donorId, email: text.nullable(), name: text.nullable(), is_erased: z.boolean() }).nullable(),
    subscription: z
      .object({ id: subscriptionId, status: text, interval: text, stripe_subscription_id: text.nullable() })
      .nullable(),
    refunds: z.array(listRows.refunds),
    disputes: z.array(listRows.disputes),
    receipts: z.array(
      z.object({
        id: text,
        number: text,
        kind: z.enum(['gift', 'correction']),
        issued_at: instant,
        refunded: minor,
        disputed: minor,
        sent_at: instant.nullable(),
      }),
    ),
    payout: z.object({ id: text, status: text, arrival_on: day }).nullable(),
  });

/** What `GET /v1/admin/payouts/{id}` answers. */
export const wholePayoutJson = listRows.payouts.extend({
  lines_read_at: instant.nullable().describe('Null: Stripe has not been asked for its lines yet.'),
  line_count: z.int(),
  sum: minor.describe('Of what all its lines brought, in its currency’s smallest unit.'),
  difference: minor.describe('Its amount less that sum; zero where it ties.'),
  lines: z
    .array(
      z.object({
        id: text,
        type: text,
        reporting_category: text,
        kind: text.nullable().describe('Of its journal here; null where it is not booked.'),
        donation_id: donationId.nullable(),
        refund_id: refundId.nullable(),
        dispute_id: text.nullable(),
        source_id: text.nullable(),
        gross: minor,
        fee: minor,
        net: minor,
        created_at: instant,
      }),
    )
    .describe('The first 5000.'),
});

/** What `GET /v1/admin/donations/{id}/timeline` answers. */
export const timelineJson = z.object({
  data: z.array(
    z.object({
      at: instant,
      kind: text,
      text: text.describe('In plain words, in the language that is asked for.'),
      object_id: text.nullable(),
      amount: z.int().nullable(),
      currency: currency.nullable(),
    }),
  ),
});
