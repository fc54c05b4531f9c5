import { sql } from 'kysely';
import { mayBeLost } from '../../db/may-be-lost.ts';
import type { Services } from '../../services.ts';

/** A gift that wants to begin: its id if its attempt has none yet, and the hash of the source it comes from. */
export type GiftToStart = { readonly giftId: string; readonly hash: Buffer; readonly isProved: boolean };

/** What bounds gifts that begin: declined cards on a source's pages in an hour, and unpaid gifts of everybody. */
export type StartRules = {
  readonly mostDeclined: number;
  readonly mostUnpaid: number;
  /** What a look at the brake was a moment ago; `look`: none was. */
  readonly brake: 'on' | 'off' | 'look';
};

/** A gift that may begin; its id says later on whose page cards are declined. */
export type GiftStart = { note(giftId: string): Promise<void>; forget(): Promise<void> };

/** The last ten minutes of giving (sql/schema.sql, `giving_now`). */
export type GivingNow = { readonly isBraked: boolean; readonly unpaid: number; readonly provedUnpaid: number };

type Row = { id: string | null; declined: number; isBraked: boolean | null; unpaid: number | null; provedUnpaid: number | null };

/**
 * Writes down that a gift begins, unless too many cards were declined on its source's pages, or the brake is on and nothing speaks for
 * it: no proof, and no gift of the source that was paid lately. One statement: many who ask at once cannot pass the brake together.
 * `now` is there where the brake was looked at. Lost with Postgres, the last half second of gifts does not count for the brake.
 */
export async function startGift(
  { db }: Services,
  { giftId, hash, isProved }: GiftToStart,
  { mostDeclined, mostUnpaid, brake }: StartRules,
): Promise<{ start: GiftStart | undefined; declined: number; now: GivingNow | undefined }> {
  const { rows } = await sql<Row>`/* name: start_gift */
    with standing as (
      select
        ${isProved}::boolean or exists (
          select from gift_starts start
          join checkouts checkout on checkout.idempotency_key = 'checkout-' || start.gift_id
          where start.source_hash = ${hash} and checkout.state = 'complete'
        ) as is_free,
        (
          select count(*)::integer from declines
          where declined_at > clock_timestamp() - interval '1 hour'
            and gift_id in (select gift_id from gift_starts where source_hash = ${hash})
        ) as declined
    ), now as (
      select is_braked, unpaid, proved_unpaid from standing, giving_now(${mostUnpaid}) where ${brake} = 'look' and not is_free
    ), begun as (
      insert into gift_starts (source_hash, gift_id, is_proved)
      select ${hash}::bytea, ${giftId}, ${isProved}::boolean
      from ${mayBeLost}, standing left join now on true
      where standing.declined <= ${mostDeclined} and (is_free or not coalesce(is_braked, ${brake} = 'on'))
      returning id
    )
    select begun.id, standing.declined, is_braked as "isBraked", unpaid, proved_unpaid as "provedUnpaid"
    from standing left join now on true left join begun on true`.execute(db);
  const { id, declined, isBraked, unpaid, provedUnpaid } = rows[0]!;
  const now = isBraked === null ? undefined : { isBraked, unpaid: unpaid!, provedUnpaid: provedUnpaid! };
  return { start: id === null ? undefined : toStart(db, id, giftId), declined, now };
}

function toStart(db: Services['db'], id: string, begun: string): GiftStart {
  return {
    async note(giftId) {
      if (giftId !== begun) await db.updateTable('gift_starts').set({ gift_id: giftId }).where('id', '=', id).execute();
    },
    forget: async () => void (await db.deleteFrom('gift_starts').where('id', '=', id).execute()),
  };
}
