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
  const bySubject = new Map(missing.map((transaction) => [subjectOf(transaction) ?? transaction.id, transaction]));
  for (const transaction of bySubject.values()) {
    await repair(services, transaction).catch((error: unknown) => {
      if (retryOf(error) === 'until-it-works') throw error;
      services.log.warn('a movement of money could not be booked', { subject: transaction.id, error });
    });
  }
  return findUnbooked(services, missing);
}

async function repair(services: Services, transaction: BalanceTransaction): Promise<void> {
  services.log.warn('a movement of money was found that no event had told of', { subject: transaction.id });
  const subject = subjectOf(transaction);
  if (subject) {
    await readObject(services, subject);
  } else {
    await services.db.transaction().execute((trx) => recordBalanceTransaction(trx, services, transaction));
  }
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
