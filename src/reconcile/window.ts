import { fromUnix, plusSeconds } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { loadSweepState, saveSweepState } from '../jobs/sweep-runs.ts';
import type { Services } from '../services.ts';

type Needs = Pick<Services, 'db' | 'clock'>;

/** As far back as Stripe lists events, and as anybody looks who has never looked before. */
const furthestDays = 30;

/** The beginning of those days. */
export function furthestBack(now: Date): Date {
  return plusSeconds(now, -furthestDays * 86_400);
}

/** Which comparison, and how far it goes back behind what it has seen. */
export type Cursor = { readonly name: string; readonly overlapSeconds: number };

/**
 * From when on to look: `since` where somebody asked for it, else from where the last look ended, less an overlap; 30 days back the
 * first time. Never before the books began, where their beginning is known.
 */
export async function findStart({ db, clock }: Needs, cursor: Cursor, since?: Date): Promise<Date> {
  const { seenUntil } = await loadSweepState(db, cursor.name);
  const from = typeof seenUntil === 'string' ? plusSeconds(new Date(seenUntil), -cursor.overlapSeconds) : undefined;
  return latestOf(since ?? from ?? furthestBack(clock.now()), (await findCutOver(db)) ?? fromUnix(0));
}

/** Has the next look begin at `seenUntil`; a look that began only after the cursor leaves it where it is, as it left something out. */
export async function moveCursor({ db }: Needs, cursor: Cursor, from: Date, seenUntil: Date): Promise<void> {
  const state = await loadSweepState(db, cursor.name);
  const last = typeof state.seenUntil === 'string' ? new Date(state.seenUntil) : undefined;
  if (!last || (from <= last && last < seenUntil)) {
    await saveSweepState(db, cursor.name, { ...state, seenUntil: seenUntil.toISOString() });
  }
}

/** When these books began; undefined where they were never brought in from an older account. */
export async function findCutOver(db: Database): Promise<Date | undefined> {
  const row = await db
    .selectFrom('opening_balances')
    .select((of) => of.fn.max('cut_over_at').as('at'))
    .executeTakeFirst();
  return row?.at ?? undefined;
}

/** The later of two instants. */
export function latestOf(one: Date, other: Date): Date {
  return new Date(Math.max(one.getTime(), other.getTime()));
}
