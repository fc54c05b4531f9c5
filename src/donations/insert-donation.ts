import type { Trx } from '../db/database.ts';
import type { PaymentReading } from '../stripe/gateway.ts';
import type { Donation } from './lock-donation.ts';

/** What an instalment takes over from its subscription, and what it is an instalment of. */
export type Inherited = Pick<
  Donation,
  | 'subscription_id'
  | 'donor_id'
  | 'fee_cover_minor'
  | 'article_url'
  | 'article_id'
  | 'article_title'
  | 'section'
  | 'campaign'
  | 'placement'
  | 'anonymous'
  | 'locale'
  | 'message'
  | 'newsletter'
  | 'stripe_invoice_id'
  | 'period_end'
>;

/**
 * Writes the row of a gift that is known from Stripe alone: an instalment, a gift whose row a restored backup has lost, or one made
 * elsewhere. It is pending until it is settled. Answers the row that is there, also where another worker was faster.
 */
export async function insertDonation(
  trx: Trx,
  { id, payment, inherited }: { id: string; payment: PaymentReading; inherited?: Inherited },
): Promise<Donation> {
  await trx
    .insertInto('donations')
    .values({
      ...inherited,
      id,
      kind: inherited ? 'recurring' : 'one-time',
      status: 'pending',
      currency: payment.amount.currency,
      amount_minor: payment.amount.minor,
      created_at: payment.createdAt,
      stripe_payment_intent_id: payment.id,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return trx
    .selectFrom('donations')
    .selectAll()
    .where('stripe_payment_intent_id', '=', payment.id)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}
