import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { plusSeconds } from '../clock.ts';
import { dayOf, firstInstantOf } from '../period.ts';
import type { Database } from './database.ts';

/** The salt of the day, which does not change once it is drawn; of one day only, so that the days before are forgotten here too. */
const today = new WeakMap<Database, { timeZone: string; begins: Date; ends: Date; salt: KeyObject }>();

/**
 * The secret of the day at `instant` in the newsroom's time zone, under which a visitor's address is hashed. All processes share it.
 * The days before are thrown away with the first visitor of a new day: their hashes then lead to nobody.
 */
export async function getVisitorSalt(db: Database, instant: Date, timeZone: string): Promise<KeyObject> {
  const remembered = today.get(db);
  if (remembered && remembered.timeZone === timeZone && instant >= remembered.begins && instant < remembered.ends) {
    return remembered.salt;
  }
  const day = dayOf(instant, timeZone);
  const salt = createSecretKey((await findSalt(db, day)) ?? (await drawSalt(db, day)));
  const begins = firstInstantOf(day, timeZone);
  const ends = firstInstantOf(dayOf(plusSeconds(begins, 26 * 3600), timeZone), timeZone); // a day has 23 to 25 hours
  today.set(db, { timeZone, begins, ends, salt });
  return salt;
}

async function drawSalt(db: Database, day: string): Promise<Buffer> {
  await db
    .insertInto('visitor_salts')
    .values({ day, salt: randomBytes(32) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  await db.deleteFrom('visitor_salts').where('day', '<', day).execute();
  return (await findSalt(db, day)) ?? drawSalt(db, day);
}

async function findSalt(db: Database, day: string): Promise<Buffer | undefined> {
  const row = await db.selectFrom('visitor_salts').select('salt').where('day', '=', day).executeTakeFirst();
  return row?.salt;
}
