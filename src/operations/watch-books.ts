import { sql } from 'kysely';
import { type Alarm, type AlarmKind, countAndName, countAndSay, type Watch } from './alarm.ts';

type Row = { kind: AlarmKind; subject: string; count: number; ids: string[]; details: string[] | null; grew_at: Date | null };

/** Differences between our books and Stripe, by what was compared, the newest first; events that were given up; values that are not understood. */
export const watchBooks: Watch = {
  kinds: ['differences', 'dead-events', 'unknown-values'],
  async find({ db }) {
    const { rows } = await sql<Row>`
      select 'differences' as kind, kind as subject, count(*)::int as count, (array_agg(object_id order by id desc))[1:5] as ids,
        (array_agg(detail order by id desc))[1:5] as details,
        max(found_at) as grew_at
      from discrepancies where resolved_at is null
        and not (kind = 'check' and object_id in ('no-event-is-given-up', 'inbox-keeps-its-time'))
      group by discrepancies.kind
      union all
      select case when error = 'stripe-value-unknown' then 'unknown-values' else 'dead-events' end, type, count(*)::int,
        (array_agg(id order by received_at))[1:5], null, null
      from inbox_events where state = 'dead'
      group by 1, type
      order by 1, 2`.execute(db);
    return rows.map(({ kind, subject, count, ids, details, grew_at }): Alarm => {
      const detail = details ? countAndSay(ids, details, count) : countAndName(ids, count);
      return { kind, subject, detail, ...(grew_at && { grewAt: grew_at }) };
    });
  },
};
