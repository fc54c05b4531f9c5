import { sql } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { Services } from '../services.ts';
import type { Alarm, AlarmKind, KeptAlarm, Watch } from './alarm.ts';
import { mailAlarms } from './mail-alarms.ts';
import { watchBooks } from './watch-books.ts';
import { watchStripe } from './watch-stripe.ts';
import { watchWork } from './watch-work.ts';

const watches: readonly Watch[] = [watchBooks, watchStripe, watchWork];

/** What was not seen for so long is over; shorter, it was the same. */
const calmMinutes = 10;
const digestHours = 24;

/**
 * Looks at everything that a person must know, and tells `ADMIN_EMAILS`: once when something begins, once more for each difference that
 * comes to those that stand, in a digest a day while anything stands, and once when all is well again. All of it is a line in the log at the level error too, and a metric, for when mail itself fails. A watch
 * that fails leaves its alarms as they are.
 */
export async function keepAlarms(services: Services): Promise<void> {
  const { db, log } = services;
  for (const watch of watches) {
    try {
      const found = await watch.find(services);
      const begun = await db.transaction().execute((trx) => noteAlarms(trx, watch.kinds, found));
      for (const { kind, subject } of begun) log.error('an alarm begins', { kind, subject });
    } catch (error) {
      log.error('a watch failed', { kind: watch.kinds[0], error });
    }
  }
  await db.transaction().execute((trx) => tell(trx, services));
}

/** Answers those that begin now. */
async function noteAlarms(trx: Trx, kinds: readonly AlarmKind[], found: readonly Alarm[]): Promise<Alarm[]> {
  const begun: Alarm[] = [];
  for (const alarm of found) {
    const { kind, subject, detail, grewAt = null } = alarm;
    const goesOn = await trx
      .updateTable('alarms')
      .set({ detail, last_seen_at: sql<Date>`clock_timestamp()` })
      .set({ mailed_at: sql<Date | null>`case when ${grewAt}::timestamptz > mailed_at then null else mailed_at end` })
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .where('ended_at', 'is', null)
      .executeTakeFirst();
    if (goesOn.numUpdatedRows === 0n) {
      const now = sql<Date>`date_trunc('milliseconds', clock_timestamp())`; // found again by it: a Date holds no more
      await trx.insertInto('alarms').values({ kind, subject, detail, began_at: now, last_seen_at: now }).execute();
      begun.push(alarm);
    }
  }
  await sql`update alarms set ended_at = clock_timestamp()
    where ended_at is null and kind = any(${[...kinds]}) and last_seen_at < clock_timestamp() - ${calmMinutes} * interval '1 minute'`.execute(
    trx,
  );
  return begun;
}

async function tell(trx: Trx, services: Services): Promise<void> {
  const { rows } = await sql<KeptAlarm & { is_due: boolean }>`
    select *, coalesce(mailed_at < clock_timestamp() - ${digestHours} * interval '1 hour', false) as is_due
    from alarms where ended_at is null order by began_at, kind, subject for update`.execute(trx);
  const begun = rows.filter(({ mailed_at }) => mailed_at === null);
  const digest = rows.some(({ is_due }) => is_due);
  const { rows: over } = await sql<KeptAlarm>`
    select * from alarms
    where mailed_at is not null and ended_at is not null and mailed_at < ended_at
    order by began_at, kind, subject for update`.execute(trx);
  if (digest) {
    await mailAlarms(trx, services, 'digest', rows);
    await setMailed(trx, rows);
  } else if (begun.length > 0) {
    await mailAlarms(trx, services, 'begun', begun);
    await setMailed(trx, begun);
  }
  if (over.length > 0 && rows.length === 0) {
    await mailAlarms(trx, services, 'over', over);
    await setMailed(trx, over);
  }
}

async function setMailed(trx: Trx, alarms: readonly KeptAlarm[]): Promise<void> {
  for (const { kind, subject, began_at } of alarms) {
    await trx
      .updateTable('alarms')
      .set({ mailed_at: sql<Date>`clock_timestamp()` })
      .where('kind', '=', kind)
      .where('subject', '=', subject)
      .where('began_at', '=', began_at)
      .execute();
  }
}
