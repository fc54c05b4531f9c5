import { handlerOfSubject } from '../../webhooks/dispatch.ts';
import { readObject } from '../../webhooks/read-object.ts';
import { recordBalanceTransaction } from '../ledger/record-balance-transaction.ts';
import type { Services } from '../services.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';
import { retryOf } from '../stripe/retry.ts';
import { findBooked } from './booked-transactions.ts';

/**
 * Books what is missing as if its event had come: by reading what it comes from, or by itself where nothing is read of it. Answers what
 * is not booked after that. One that cannot be read leaves a line in the log and holds up no other; an outage of Stripe or Postgres is thrown.
 */
export async function repairBalanceTransactions(
  services: Services,
  missing: readonly BalanceTransaction[],
): Promise<BalanceTransaction[]> {
  const subjects = new Set(missing.map(subjectOf).filter((subject) => subject !== null));
  for (const subject of subjects) {
    services.log.warn('money moved, and no event had told of it', { subject });
    await tryOne(services, subject, () => readObject(services, subject));
  }
  for (const transaction of await findUnbooked(services, missing)) {
    await tryOne(services, transaction.id, () =>
      services.db.transaction().execute((trx) => recordBalanceTransaction(trx, services, transaction)),
    );
  }
  return findUnbooked(services, missing);
}

async function tryOne({ log }: Services, subject: string, book: () => Promise<unknown>): Promise<void> {
  await book().catch((error: unknown) => {
    if (retryOf(error) === 'until-it-works') throw error;
    log.warn('a movement of money could not be booked', { subject, error });
  });
}

/** What is read in order to book it: a charge's payment, or a refund, a dispute, a payout itself. */
function subjectOf({ paymentIntentId, sourceId }: BalanceTransaction): string | null {
  return paymentIntentId ?? (sourceId && handlerOfSubject(sourceId) ? sourceId : null);
}

async function findUnbooked({ db }: Services, missing: readonly BalanceTransaction[]): Promise<BalanceTransaction[]> {
  const booked = await findBooked(
    db,
    missing.map(({ id }) => id),
  );
  return missing.filter(({ id }) => !booked.has(id));
}
