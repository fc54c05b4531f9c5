import { handlerOfSubject } from '../../webhooks/dispatch.ts';
import { readObject } from '../../webhooks/read-object.ts';
import { recordBalanceTransaction } from '../ledger/record-balance-transaction.ts';
import type { Services } from '../services.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';
import { findBooked } from './booked-transactions.ts';
import { tryToRepair } from './try-to-repair.ts';

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
    await tryToRepair(services, subject, () => readObject(services, subject));
  }
  for (const transaction of await findUnbooked(services, missing)) {
    await tryToRepair(services, transaction.id, () =>
      services.db.transaction().execute((trx) => recordBalanceTransaction(trx, services, transaction)),
    );
  }
  return findUnbooked(services, missing);
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
