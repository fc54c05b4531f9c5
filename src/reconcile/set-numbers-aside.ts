import { sql } from 'kysely';
import { plusSeconds } from '../clock.ts';
import type { Database, Trx } from '../db/database.ts';
import { yearOf } from '../period.ts';
import type { Services } from '../services.ts';
import { rowsOf } from '../stripe/lists.ts';
import { furthestBack } from './window.ts';

/** Each of these may have had a receipt, or a correction of one, written. */
const receiptTypes = [
  'payment_intent.succeeded',
  'refund.created',
  'refund.updated',
  'refund.failed',
  'charge.dispute.closed',
  'charge.dispute.funds_reinstated',
];

const margin = 20;
const overlapSeconds = 3600;

/** Receipt numbers that will never be given: `from` and `upTo` included. */
export type SetAside = { readonly year: number; readonly from: number; readonly upTo: number };

/**
 * Sets as many receipt numbers aside as may have been given out after the backup was made that this database was restored from: no more
 * than there were events since then that lead to a receipt, and events that waited in the backup. Safe twice: while none is given after a
 * gap there is no further one. Throws where the backup is older than Stripe's events; then `count` must say how many.
 */
export async function setNumbersAside(services: Services, count?: number): Promise<SetAside[]> {
  const { db, clock, config } = services;
  const newest = await findNewest(db);
  const many = count ?? (await countReceiptEvents(services, newest));
  const zone = config.newsroom.time_zone;
  const years = new Set([...(newest ? [yearOf(newest, zone)] : []), yearOf(clock.now(), zone)]);
  return db.transaction().execute(async (trx) => {
    const gaps: SetAside[] = [];
    for (const year of years) gaps.push(await setYearAside(trx, services, year, many));
    return gaps;
  });
}

/** The newest that Stripe had told when the backup was made, by Stripe's clock. */
async function findNewest(db: Database): Promise<Date | undefined> {
  const row = await db
    .selectFrom('inbox_events')
    .select((event) => event.fn.max('created_at').as('at'))
    .executeTakeFirst();
  return row?.at ?? undefined;
}

async function countReceiptEvents({ db, stripe, clock }: Services, newest: Date | undefined): Promise<number> {
  const oldest = furthestBack(clock.now());
  if (newest && newest < oldest) {
    throw new Error('the backup is older than Stripe’s events: say with --numbers how many receipts may have been written since');
  }
  const since = newest ? plusSeconds(newest, -overlapSeconds) : oldest;
  let count = margin;
  for await (const _ of rowsOf((after) => stripe.listEvents({ types: receiptTypes, since, after }))) count += 1;
  const waiting = await sql<{ count: number }>`
    select count(*)::int as count from inbox_events where state in ('pending', 'dead')`.execute(db);
  return count + waiting.rows[0]!.count;
}

async function setYearAside(trx: Trx, { clock }: Services, year: number, many: number): Promise<SetAside> {
  const name = `receipt-${year}`;
  await sql`select from counters where name = 'order' for update`.execute(trx);
  await sql`insert into counters (name) values (${name}) on conflict do nothing`.execute(trx);
  const { value } = await trx.selectFrom('counters').select('value').where('name', '=', name).executeTakeFirstOrThrow();
  const last = Number(value);
  const standing = await trx
    .selectFrom('receipt_gaps')
    .selectAll()
    .where('year', '=', year)
    .where('up_to_sequence', '=', last)
    .executeTakeFirst();
  if (standing) {
    return { year, from: standing.after_sequence + 1, upTo: standing.up_to_sequence };
  }
  const upTo = last + many;
  await trx
    .insertInto('receipt_gaps')
    .values({ year, after_sequence: last, up_to_sequence: upTo, noted_at: clock.now() })
    .execute();
  await trx
    .updateTable('counters')
    .set({ value: BigInt(upTo) })
    .where('name', '=', name)
    .execute();
  return { year, from: last + 1, upTo };
}
