import { sql } from 'kysely';
import type { Services } from '../../services.ts';
import { hashSource } from './limits.ts';

/** What is known of a source: whether a gift of it was paid lately, and how many cards were declined on its pages in an hour. */
export type SourceStanding = { readonly hash: Buffer; readonly isFamiliar: boolean; readonly declined: number };

/** A gift that may begin; its id says later on whose page cards are declined. */
export type GiftStart = { note(giftId: string): Promise<void>; forget(): Promise<void> };

/** The last ten minutes of giving (sql/schema.sql, `giving_now`). */
export type GivingNow = { readonly isBraked: boolean; readonly unpaid: number; readonly provedUnpaid: number };

export async function findStanding(services: Services, source: string): Promise<SourceStanding> {
  const hash = Buffer.from(await hashSource(services, source), 'base64url');
  const { rows } = await sql<{ isFamiliar: boolean; declined: number }>`/* name: find_standing */
    select
      exists (
        select from gift_starts start
        join checkouts checkout on checkout.idempotency_key = 'checkout-' || start.gift_id
        where start.source_hash = ${hash} and checkout.state = 'complete'
      ) as "isFamiliar",
      (
        select count(*)::int from declines
        where declined_at > clock_timestamp() - interval '1 hour'
          and gift_id in (select gift_id from gift_starts where source_hash = ${hash})
      ) as declined`.execute(services.db);
  return { hash, ...rows[0]! };
}

/** Writes down that a gift begins, whatever the brake says. */
export async function startGift({ db }: Services, hash: Buffer, isProved: boolean): Promise<GiftStart> {
  const { rows } = await sql<{ id: string }>`
    insert into gift_starts (source_hash, is_proved) values (${hash}, ${isProved}) returning id`.execute(db);
  return toStart(db, rows[0]!.id);
}

/** Writes down that a gift begins unless the brake is on, in one statement: many who ask at once cannot pass it together. */
export async function startUnlessBraked(
  { db }: Services,
  hash: Buffer,
  mostUnpaid: number,
): Promise<{ start: GiftStart | undefined; now: GivingNow }> {
  const { rows } = await sql<GivingNow & { id: string | null }>`/* name: start_unless_braked */
    with now as (select * from giving_now(${mostUnpaid})),
    begun as (
      insert into gift_starts (source_hash, is_proved) select ${hash}::bytea, false from now where not is_braked returning id
    )
    select begun.id, now.is_braked as "isBraked", now.unpaid, now.proved_unpaid as "provedUnpaid" from now left join begun on true`.execute(
    db,
  );
  const { id, ...now } = rows[0]!;
  return { start: id === null ? undefined : toStart(db, id), now };
}

function toStart(db: Services['db'], id: string): GiftStart {
  return {
    note: async (giftId) => void (await db.updateTable('gift_starts').set({ gift_id: giftId }).where('id', '=', id).execute()),
    forget: async () => void (await db.deleteFrom('gift_starts').where('id', '=', id).execute()),
  };
}
