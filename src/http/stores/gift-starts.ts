import { sql } from 'kysely';
import { mayBeLost } from '../../db/may-be-lost.ts';
import { rowsOf } from '../../db/rows-of.ts';
import { shareStatements } from '../../db/share-statements.ts';
import type { Services } from '../../services.ts';

/** A gift that wants to begin: its id, if its attempt has none yet, the hash of the source it comes from, and what is against or for it. */
export type GiftToStart = {
  readonly giftId: string;
  readonly hash: Buffer;
  readonly isProved: boolean;
  readonly isBraked: boolean;
};

/** `start` is there where it may begin; its id says later on whose page cards are declined. `declined`: cards on the source's pages in an hour. */
export type GiftStart = { readonly start: string | undefined; readonly declined: number };

/** The last ten minutes of giving (sql/schema.sql, `giving_now`); `left`: so many more unpaid gifts bring the brake about. */
export type GivingNow = { readonly isBraked: boolean; readonly left: number; readonly provedUnpaid: number };

/** More cards than this declined on a source's pages in an hour: it may begin none for a while. */
export const mostDeclined = 15;

const starting = new WeakMap<Services['db'], (gift: GiftToStart) => Promise<GiftStart>>();

/**
 * Writes down that a gift begins, unless too many cards were declined on its source's pages, or the brake is on and nothing speaks for
 * it: no proof, and no gift of the source that was paid lately.
 */
export function startGift({ db }: Pick<Services, 'db'>, gift: GiftToStart): Promise<GiftStart> {
  const start = starting.get(db) ?? shareStatements((gifts: readonly GiftToStart[]) => startAll(db, gifts));
  starting.set(db, start);
  return start(gift);
}

/** What giving is like just now. */
export async function lookAtGiving({ db }: Pick<Services, 'db'>, mostUnpaid: number): Promise<GivingNow> {
  const { rows } = await sql<GivingNow>`/* name: look_at_giving */
    select is_braked as "isBraked", ${mostUnpaid}::integer + 3 * paid - unpaid as left, proved_unpaid as "provedUnpaid"
    from giving_now(${mostUnpaid})`.execute(db);
  return rows[0]!;
}

/** The attempt has a gift already, so that none began. */
export async function noteGift({ db }: Pick<Services, 'db'>, start: string, giftId: string): Promise<void> {
  await db.updateTable('gift_starts').set({ gift_id: giftId }).where('id', '=', start).execute();
}

/** It came to nothing and does not count. */
export async function forgetStart({ db }: Pick<Services, 'db'>, start: string): Promise<void> {
  await db.deleteFrom('gift_starts').where('id', '=', start).execute();
}

/**
 * Lost with Postgres, the gifts of the last half second do not count for the brake. Whether a gift of the source was paid is asked with
 * `limit` instead of `exists`: that one Postgres may answer by reading all gifts that were, which a busy night has many of.
 */
async function startAll(db: Services['db'], gifts: readonly GiftToStart[]): Promise<GiftStart[]> {
  const asked = rowsOf(gifts, { giftId: 'text', hash: 'bytea', isProved: 'boolean', isBraked: 'boolean' });
  const { rows } = await sql<{ id: string | null; declined: number }>`/* name: start_gifts */
    with standing as (
      select asked.*,
        is_proved or coalesce((
          select true from gift_starts start
          join checkouts checkout on checkout.idempotency_key = 'checkout-' || start.gift_id
          where start.source_hash = asked.source_hash and checkout.state = 'complete'
          limit 1
        ), false) as is_free,
        (
          select count(*)::integer from declines
          where declined_at > clock_timestamp() - interval '1 hour'
            and gift_id in (select gift_id from gift_starts where source_hash = asked.source_hash)
        ) as declined
      from ${asked} with ordinality as asked (gift_id, source_hash, is_proved, is_braked, nth)
    ), begun as (
      insert into gift_starts (source_hash, gift_id, is_proved)
      select source_hash, gift_id, is_proved
      from standing cross join ${mayBeLost}
      where declined <= ${mostDeclined} and (is_free or not is_braked)
      returning id, gift_id
    )
    select begun.id, declined
    from standing left join begun using (gift_id)
    order by nth`.execute(db);
  return rows.map(({ id, declined }) => ({ start: id ?? undefined, declined }));
}
