import { sql } from 'kysely';
import { type Alarm, type AlarmKind, countAndName, type Watch } from './alarm.ts';

type Row = { kind: AlarmKind; subject: string; count: number; ids: string[] };

/** Differences between our books and Stripe, by what was compared; events that were given up; values that are not understood. */
export const watchBooks: Watch = {
  kinds: ['differences', 'dead-events', 'unknown-values'],
  async find({ db }) {
    const { rows } = await sql<Row>`
      select 'differences' as kind, kind as subject, count(*)::int as count, (array_agg(object_id order by id))[1:5] as ids
      from discrepancies where resolved_at is null
        and not (kind = 'check' and object_id in ('no-event-is-given-up', 'inbox-keeps-its-time'))
      group by discrepancies.kind
      union all
      select case when error = 'stripe-value-unknown' then 'unknown-values' else 'dead-events' end, type, count(*)::int,
        (array_agg(id order by received_at))[1:5]
      from inbox_events where state = 'dead'
      group by 1, type
      order by 1, 2`.execute(db);
    return rows.map(({ kind, subject, count, ids }): Alarm => ({ kind, subject, detail: countAndName(ids, count) }));
  },
};
