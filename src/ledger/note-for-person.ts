import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';

/** What a person has to look at; it counts in every export until somebody has. */
type Note = {
  readonly kind: 'unknown-kind' | 'debit-taken-back' | 'settled-otherwise';
  /** Stripe's id, or ours where it is about a gift. */
  readonly objectId: string;
  /** What is the matter, in words; nothing personal. */
  readonly detail: string;
  /** What Stripe moved. */
  readonly transaction: BalanceTransaction;
};

/** Keeps it among the differences, once; one that somebody has resolved stays resolved. */
export async function noteForPerson(trx: Trx, { kind, objectId, detail, transaction: { net } }: Note): Promise<void> {
  await trx
    .insertInto('discrepancies')
    .values({ kind, object_id: objectId, detail, currency: net.currency, theirs_minor: net.minor })
    .onConflict((conflict) => conflict.columns(['kind', 'object_id']).doUpdateSet({ last_seen_at: sql<Date>`now()` }))
    .execute();
}

/**
 * Notes what of a gift was settled in another currency than the gift itself: as one number, its sums mean little. An account whose
 * settlement currencies are changed may have that; nothing is noted where the gift's is not known.
 */
export async function noteOtherCurrency(
  trx: Trx,
  settlementCurrency: string | null,
  { objectId, transaction }: { objectId: string; transaction: BalanceTransaction | null | undefined },
): Promise<void> {
  const currency = transaction?.net.currency;
  if (transaction && settlementCurrency && currency !== settlementCurrency) {
    const detail = `settled in ${currency}, its gift in ${settlementCurrency}: the journals are right, the gift's columns add up both`;
    await noteForPerson(trx, { kind: 'settled-otherwise', objectId, detail, transaction });
  }
}
