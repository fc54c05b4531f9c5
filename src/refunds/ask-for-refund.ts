import { sql } from 'kysely';
import { plusSeconds } from '../clock.ts';
import type { AppError } from '../errors.ts';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';
import { writeAudit } from '../staff/write-audit.ts';
import { isRefusal, retryOf, stripeCodeOf } from '../stripe/retry.ts';
import { type Asking, beginAttempt, claimAsking, waiting } from './claim-asking.ts';

/** A refusal that another try might change gets so many. */
const mostRefusals = 5;

/** A refund that nobody has asked Stripe about for so long was forgotten. */
const forgottenSeconds = 60;
const mostAtOnce = 100;

/**
 * Asks Stripe for a refund that staff want, so that it is made once whatever breaks: the try is written down before the call, and where
 * nobody heard how an earlier one went, Stripe's refunds of the payment are looked through before anything is asked again. Safe at any
 * time. Throws where the job is to be run again; a refusal for good is written down instead.
 */
export async function askForRefund(services: Services, refundId: string): Promise<void> {
  const asking = await claimAsking(services, refundId);
  if (!asking) {
    return;
  }
  const made = asking.wasAsked ? await findMade(services, asking) : undefined;
  await accept(services, refundId, made ?? (await ask(services, asking)));
}

/** Has refunds asked for that are neither settled nor under way: their job was lost, or gave up before Stripe was back. */
export async function askForForgottenRefunds({ db, clock }: Services, silentSeconds = forgottenSeconds): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const forgotten = await trx
      .selectFrom('refunds')
      .select('id')
      .where('status', 'in', waiting)
      .where('created_at', '<=', plusSeconds(clock.now(), -silentSeconds))
      .where(sql<boolean>`coalesce(leased_until <= now() - make_interval(secs => ${silentSeconds}), true)`)
      .orderBy('created_at')
      .limit(mostAtOnce)
      .execute();
    for (const { id } of forgotten) {
      await stageJob(trx, 'ask-for-refund', { refundId: id });
    }
  });
}

/** The refund at Stripe that carries our id, if there is one. */
async function findMade(services: Services, { id, request }: Asking): Promise<string | undefined> {
  try {
    const refunds = await services.stripe.listRefunds(request.paymentIntentId);
    return refunds.find(({ refundId }) => refundId === id)?.id;
  } catch (error) {
    await release(services, id, { status: 'unknown' });
    throw error;
  }
}

/** Stripe's id of the refund that it made; undefined where it refused for good. */
async function ask(services: Services, asking: Asking): Promise<string | undefined> {
  const { attempt, key } = await beginAttempt(services, asking);
  try {
    return (await services.stripe.createRefund(asking.request, key)).id;
  } catch (error) {
    if (!isRefusal(error)) {
      await release(services, asking.id, { status: 'unknown' });
      throw error;
    }
    const retry = retryOf(error);
    if (retry === 'never' || (retry === 'few' && attempt >= mostRefusals)) {
      await setRefused(services, asking.id, error);
      return undefined;
    }
    await release(services, asking.id, { status: 'requested', asked_at: null }); // the next try is another, under another key
    throw error;
  }
}

/** Stripe has it: from here on its own word counts, which is read at once. Its webhook may have been faster. */
async function accept({ db }: Services, id: string, stripeRefundId: string | undefined): Promise<void> {
  if (stripeRefundId === undefined) {
    return;
  }
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('refunds')
      .set({ stripe_refund_id: stripeRefundId, status: 'pending', leased_until: null })
      .where('id', '=', id)
      .where('status', 'in', waiting)
      .execute();
    await stageJob(trx, 'read-object', { subject: stripeRefundId });
  });
}

async function setRefused(services: Services, id: string, error: AppError): Promise<void> {
  await services.db.transaction().execute(async (trx) => {
    const reason = stripeCodeOf(error);
    const refused = await trx
      .updateTable('refunds')
      .set({ status: 'failed', failure_reason: reason, leased_until: null })
      .where('id', '=', id)
      .where('status', 'in', waiting)
      .executeTakeFirst();
    if (refused.numUpdatedRows > 0n) {
      await writeAudit(trx, services, { actor: 'service', action: 'refund.refused', objectId: id, detail: { reason } });
    }
  });
  services.log.warn('Stripe refused a refund for good', { refundId: id, stripeCode: stripeCodeOf(error) });
}

/** Lets the next one try. The lease's end stays as the instant of the last try. */
async function release(
  { db }: Services,
  id: string,
  changes: { status: 'requested' | 'unknown'; asked_at?: null },
): Promise<void> {
  await db
    .updateTable('refunds')
    .set({ ...changes, leased_until: sql<Date>`now()` })
    .where('id', '=', id)
    .where('status', 'in', waiting)
    .execute();
}
