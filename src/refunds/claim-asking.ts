import { type Selectable, sql } from 'kysely';
import { plusSeconds } from '../clock.ts';
import { toCurrency } from '../currency.ts';
import type { DB } from '../db/tables.ts';
import { money } from '../money.ts';
import type { Services } from '../services.ts';
import type { RefundRequest } from '../stripe/gateway.ts';

/** A refund that one process has for itself, to ask Stripe about it. */
export type Asking = {
  readonly id: string;
  readonly attempt: number;
  /** It may have been asked for already: nobody heard how that went. */
  readonly wasAsked: boolean;
  readonly request: RefundRequest;
};

type Refund = Selectable<DB['refunds']> & { is_leased: boolean; payment_intent: string | null };

/** How a refund stands that Stripe is still to be asked for. */
export const waiting = ['requested', 'unknown'];

/** Longer than looking up and asking may take together; wall time. */
const leaseSeconds = 60;

/** Stripe forgets a key after 24 hours, and would take it for a new one. */
const keyHours = 23;

/** Takes a refund for a minute; undefined where it is settled, or somebody else has it. */
export async function claimAsking({ db, clock }: Services, refundId: string): Promise<Asking | undefined> {
  return db.transaction().execute(async (trx) => {
    const refund: Refund | undefined = await trx
      .selectFrom('refunds')
      .innerJoin('donations', 'donations.id', 'refunds.donation_id')
      .selectAll('refunds')
      .select('donations.stripe_payment_intent_id as payment_intent')
      .select(sql<boolean>`coalesce(refunds.leased_until > now(), false)`.as('is_leased'))
      .where('refunds.id', '=', refundId)
      .forUpdate('refunds')
      .executeTakeFirst();
    if (!refund?.payment_intent || refund.is_leased || !waiting.includes(refund.status)) {
      return undefined;
    }
    const isOld = refund.created_at <= plusSeconds(clock.now(), -keyHours * 3600); // a restored backup may lack what was asked since
    const wasAsked = refund.asked_at !== null || isOld;
    await trx
      .updateTable('refunds')
      .set({
        leased_until: sql<Date>`now() + make_interval(secs => ${leaseSeconds})`,
        status: wasAsked ? 'unknown' : refund.status,
      })
      .where('id', '=', refundId)
      .execute();
    return { id: refundId, attempt: refund.attempt, wasAsked, request: toRequest(refund, refund.payment_intent) };
  });
}

/**
 * Writes down that Stripe is asked now, before it is: answers the try and the key that it is asked under. What was asked under a key
 * that Stripe may have forgotten is asked under a new one.
 */
export async function beginAttempt({ db, clock }: Services, { id }: Asking): Promise<{ attempt: number; key: string }> {
  const now = clock.now();
  const isNew = sql<boolean>`asked_at is null or asked_at <= ${plusSeconds(now, -keyHours * 3600)}`;
  const { attempt } = await db
    .updateTable('refunds')
    .set({
      attempt: sql<number>`case when ${isNew} then attempt + 1 else attempt end`,
      asked_at: sql<Date>`case when ${isNew} then ${now} else asked_at end`,
    })
    .where('id', '=', id)
    .returning('attempt')
    .executeTakeFirstOrThrow();
  return { attempt, key: `refund-${id}-${attempt}` };
}

function toRequest(refund: Refund, paymentIntentId: string): RefundRequest {
  return {
    reference: refund.id,
    paymentIntentId,
    amount: money(refund.amount_minor, toCurrency(refund.currency)),
    reason: refund.reason as RefundRequest['reason'],
  };
}
