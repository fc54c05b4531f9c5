import { randomBytes } from 'node:crypto';
import { dayOf } from '../period.ts';
import type { Reader } from './database.ts';

/**
 * The secret of the day at `instant` in the newsroom's time zone, under which a visitor's address is hashed. All processes share it.
 * The days before are thrown away with the first visitor of a new day: their hashes then lead to nobody.
 */
export async function getVisitorSalt(db: Reader, instant: Date, timeZone: string): Promise<Buffer> {
  const day = dayOf(instant, timeZone);
  const known = await findSalt(db, day);
  if (known) {
    return known;
  }
  await db
    .insertInto('visitor_salts')
    .values({ day, salt: randomBytes(32) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db.deleteFrom('visitor_salts').where('day', '<', day).execute();
  return (await findSalt(db, day)) ?? getVisitorSalt(db, instant, timeZone);
}

async function findSalt(db: Reader, day: string): Promise<Buffer | undefined> {
  const row = await db.selectFrom('visitor_salts').select('salt').where('day', '=', day).executeTakeFirst();
  return row?.salt;
}
