import { sql } from 'kysely';
import { drawNumber } from '../db/counters.ts';
import type { Reader, Trx } from '../db/database.ts';
import type { Services } from '../services.ts';
import { bookingDay } from './booking-day.ts';

/** What Stripe held in one currency when the books began. */
export type Opening = {
  readonly currency: string;
  /** Stripe's balance now, less the nets of everything it moved at the cut-over or later; may be negative. */
  readonly amountMinor: bigint;
  /** What was moved earlier is in the amount, and never booked. */
  readonly cutOverAt: Date;
};

/**
 * Opens the books of one settlement currency by one journal, `stripe_balance` against `opening_balance`. Safe twice: with the same
 * cut-over the first opening stands. Throws where the books of the currency began at another instant, or hold something older.
 * Whoever opens several currencies opens all of them in one transaction, before anything of Stripe's is booked from before the cut-over.
 */
export async function openBooks(trx: Trx, services: Pick<Services, 'config' | 'newId'>, opening: Opening): Promise<void> {
  const { currency, amountMinor, cutOverAt } = opening;
  await sql`lock table balance_transactions in share row exclusive mode`.execute(trx); // what is being booked now is seen below
  const inserted = await trx
    .insertInto('opening_balances')
    .values({ currency, amount_minor: amountMinor, cut_over_at: cutOverAt })
    .onConflict((conflict) => conflict.column('currency').doNothing())
    .executeTakeFirst();
  if (inserted.numInsertedOrUpdatedRows === 0n) {
    return refuseAnotherBeginning(trx, opening);
  }
  await refuseOlderBookings(trx, opening);
  if (amountMinor !== 0n) {
    const journal_id = await insertJournal(trx, services, opening);
    await trx.updateTable('opening_balances').set({ journal_id }).where('currency', '=', currency).execute();
  }
}

/** When the books of each settlement currency began; none: they hold everything that was ever told. */
export async function findCutOvers(reader: Reader): Promise<{ currency: string; cutOverAt: Date }[]> {
  return reader.selectFrom('opening_balances').select(['currency', 'cut_over_at as cutOverAt']).orderBy('currency').execute();
}

async function refuseAnotherBeginning(trx: Trx, { currency, cutOverAt }: Opening): Promise<void> {
  const cutOvers = await findCutOvers(trx);
  const standing = cutOvers.find((one) => one.currency === currency)!;
  if (standing.cutOverAt.getTime() !== cutOverAt.getTime()) {
    throw new Error(`the books in ${currency} began at ${standing.cutOverAt.toISOString()}; they cannot begin again`);
  }
}

async function refuseOlderBookings(trx: Trx, { currency, cutOverAt }: Opening): Promise<void> {
  const older = await trx
    .selectFrom('balance_transactions')
    .innerJoin('ledger_journals', 'ledger_journals.stripe_balance_transaction_id', 'balance_transactions.id')
    .select('balance_transactions.id')
    .where('balance_transactions.currency', '=', currency)
    .where('balance_transactions.created_at', '<', cutOverAt)
    .orderBy('balance_transactions.created_at')
    .limit(1)
    .executeTakeFirst();
  if (older) {
    throw new Error(`${older.id} is booked and older than ${cutOverAt.toISOString()}: the opening balance would count it again`);
  }
}

async function insertJournal(
  trx: Trx,
  { config, newId }: Pick<Services, 'config' | 'newId'>,
  { currency, amountMinor, cutOverAt }: Opening,
): Promise<string> {
  const id = newId('jrn');
  await trx
    .insertInto('ledger_journals')
    .values({
      id,
      position: await drawNumber(trx, 'journal'),
      kind: 'opening-balance',
      occurred_at: cutOverAt,
      booked_on: bookingDay(cutOverAt, config.newsroom.time_zone),
      memo: `What Stripe held in ${currency.toUpperCase()} when these books began`,
    })
    .execute();
  const of = { journal_id: id, currency };
  await trx
    .insertInto('ledger_entries')
    .values([
      { ...of, line: 1, account: 'stripe_balance', amount_minor: amountMinor },
      { ...of, line: 2, account: 'opening_balance', amount_minor: -amountMinor },
    ])
    .execute();
  return id;
}
