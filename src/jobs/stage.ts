import { sql } from 'kysely';
import type { Reader } from '../db/database.ts';
import { currentRequestId } from '../request-context.ts';

/** Every job and what it is about: ids only, never a person. */
export type Jobs = {
  /** Reads one object of Stripe's and makes our copy equal, as an event about it would. */
  'read-object': { subject: string };
  'read-payout-lines': { payoutId: string };
  'ask-for-refund': { refundId: string };
  'write-receipt': { receiptId: string };
  'write-debit-failed': { donationId: string };
  'send-mail': { mailId: string };
  'stop-subscription': { subscriptionId: string };
  /** `number`: which try of the invoice, the first being 1. */
  'write-renewal-failed': { invoiceId: string; number: number };
  'write-stop-confirmation': { subscriptionId: string };
  'ask-newsletter-wish': { donationId: string };
};

export type JobName = keyof Jobs;

/**
 * Puts a job into the queue inside the caller's transaction: it exists when the transaction commits, and only then.
 * A waiting job of the same name about the same is replaced. Beside a running one a second is queued, which also does its further tries.
 * The request in whose name this is done goes along, so that the job's lines in the log name it too.
 */
export async function stageJob<Name extends JobName>(
  trx: Reader,
  name: Name,
  payload: Jobs[Name],
  options: { runAt?: Date; maxAttempts?: number } = {},
): Promise<void> {
  await sql`select graphile_worker.add_job(
    identifier => ${name}::text,
    payload => ${JSON.stringify({ ...payload, requestId: currentRequestId() })}::json,
    run_at => ${options.runAt ?? null}::timestamptz,
    max_attempts => ${options.maxAttempts ?? 25}::int,
    job_key => ${[name, ...Object.values(payload)].join(':')}::text
  )`.execute(trx);
}
