import { type Selectable, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import type { DB } from '../db/tables.ts';
import { AppError } from '../errors.ts';
import { saySum } from '../operations/say-sum.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';
import type { Discrepancy, DiscrepancyKind } from './note-discrepancies.ts';

/** A balance transaction as it is in our books. */
export type Booked = Selectable<DB['balance_transactions']>;

/** What is booked of these, by id. */
export async function findBooked(db: Database, ids: readonly string[]): Promise<Map<string, Booked>> {
  const rows = await db
    .selectFrom('balance_transactions')
    .selectAll()
    .where('id', '=', sql<string>`any(${[...ids]}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Where ours is not theirs: one discrepancy, about the first of amount, fee, net and currency that differs, which names all. */
export function differencesOf(kind: DiscrepancyKind, ours: Booked, theirs: BalanceTransaction): Discrepancy[] {
  const compared = [
    { name: 'amount', ours: ours.amount_minor, theirs: theirs.amount.minor },
    { name: 'fee', ours: ours.fee_minor, theirs: theirs.fee.minor },
    { name: 'net', ours: ours.net_minor, theirs: theirs.net.minor },
  ].filter((one) => one.ours !== one.theirs);
  const words = compared.map(
    (one) => `${one.name}: ours ${saySum(one.ours, ours.currency)}, Stripe's ${saySum(one.theirs, theirs.net.currency)}`,
  );
  if (ours.currency !== theirs.net.currency) {
    words.push(`currency: ours ${ours.currency}, Stripe's ${theirs.net.currency}`);
  }
  const first = compared[0];
  return words.length === 0
    ? []
    : [
        {
          kind,
          objectId: theirs.id,
          detail: words.join('; '),
          currency: ours.currency,
          ours: first?.ours ?? null,
          theirs: first?.theirs ?? null,
        },
      ];
}

/** For what Stripe has no object of: undefined. Any other error is thrown on. */
export function undefinedIfGone(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'stripe-object-gone') {
    return undefined;
  }
  throw error;
}
