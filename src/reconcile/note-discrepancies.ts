import { sql } from 'kysely';
import type { Database } from '../db/database.ts';

/** What is compared, one kind a comparison: an id has one standing difference of a kind. */
export type DiscrepancyKind = 'balance-transaction' | 'payout' | 'payout-line' | 'subscription' | 'dispute' | 'balance' | 'check';

/** One difference between our books and Stripe that no reading has repaired. Amounts are in minor units of `currency`. */
export type Discrepancy = {
  readonly kind: DiscrepancyKind;
  /** Stripe's id; the currency of a balance; the name of a check. */
  readonly objectId: string;
  /** What differs, in words and figures; nothing personal. */
  readonly detail: string;
  readonly currency?: string;
  readonly ours?: bigint | null;
  readonly theirs?: bigint | null;
};

/** What a comparison of one kind found. `looked`: the ids that it compared; a standing difference of another one stays. */
export type Compared = {
  readonly kind: DiscrepancyKind;
  readonly found: readonly Discrepancy[];
  readonly looked: 'all' | readonly string[];
};

/** Keeps what was found, each once however often it is found again, and resolves what was looked at and is right now. */
export async function noteDiscrepancies(db: Database, { kind, found, looked }: Compared): Promise<void> {
  await db.transaction().execute(async (trx) => {
    for (const { objectId, detail, currency, ours, theirs } of found) {
      await sql`
        insert into discrepancies as standing (kind, object_id, detail, currency, ours_minor, theirs_minor)
        values (${kind}, ${objectId}, ${detail}, ${currency ?? null}, ${ours ?? null}, ${theirs ?? null})
        on conflict (kind, object_id) do update set
          detail = excluded.detail, currency = excluded.currency, ours_minor = excluded.ours_minor,
          theirs_minor = excluded.theirs_minor, last_seen_at = now(), resolved_at = null,
          found_at = case when standing.resolved_at is null then standing.found_at else now() end`.execute(trx);
    }
    let resolved = trx
      .updateTable('discrepancies')
      .set({ resolved_at: sql<Date>`now()` })
      .where('kind', '=', kind)
      .where('resolved_at', 'is', null)
      .where('object_id', 'not in', ['', ...found.map(({ objectId }) => objectId)]);
    if (looked !== 'all') {
      resolved = resolved.where('object_id', '=', sql<string>`any(${[...looked]}::text[])`);
    }
    await resolved.execute();
  });
}

/** The ids of a kind whose difference stands. */
export async function findStanding(db: Database, kind: DiscrepancyKind): Promise<string[]> {
  const rows = await db
    .selectFrom('discrepancies')
    .select('object_id')
    .where('kind', '=', kind)
    .where('resolved_at', 'is', null)
    .execute();
  return rows.map(({ object_id }) => object_id);
}

/** What no comparison finds again: it stands until somebody has looked at it and says so. */
const forPersons = ['unknown-kind', 'debit-taken-back', 'settled-otherwise'];

/** Somebody has looked at what was noted for a person under this id. Answers how many such notes there were. */
export async function settleByHand(db: Database, objectId: string): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('discrepancies')
    .set({ resolved_at: sql<Date>`now()` })
    .where('kind', 'in', forPersons)
    .where('object_id', '=', objectId)
    .where('resolved_at', 'is', null)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}
