import { sql } from 'kysely';
import type { Services } from '../src/services.ts';

/** Longer than reading one object usually takes; when it is over, another worker may try. Wall time. */
const leaseSeconds = 30;

/** How many events are looked at to find the next one: those due first, among which the object that tells most is read first. */
const window = 50;

/** How many of them are looked at closely: as many as others may be claiming at the same instant. */
const closest = 16;

/** What an object tells of others: a session or an invoice of its payment, a payment of its charge. */
const rank = sql`case left(subject, 3) when 'cs_' then 1 when 'in_' then 2 when 'pi_' then 3 else 4 end`;

/** An object to be read, and the request in whose name: the one that brought the event. */
export type Claimed = { subject: string; requestId: string | undefined };

/**
 * Claims the next object that an event is due about, by leasing that event; undefined where there is none. Objects of one customer are
 * read one after the other, as one reading often covers what the others' events came for. Two workers may now and then claim the same
 * object at the same instant: that costs a reading, and the read numbers keep it right.
 */
export async function claimSubject({ db, clock }: Pick<Services, 'db' | 'clock'>): Promise<Claimed | undefined> {
  const claimed = await sql<{ subject: string; request_id: string | null }>`
    with busy as materialized (
      select subject, stripe_customer_id from inbox_events where state = 'pending' and leased_until > now()
    ), early as materialized (
      select event.id, event.subject, event.due_at, event.received_at from inbox_events event
      where event.state = 'pending' and event.due_at <= ${clock.now()}
        and (event.leased_until is null or event.leased_until <= now())
        and event.subject not in (select subject from busy)
        and not exists (select from busy where busy.stripe_customer_id = event.stripe_customer_id)
      order by event.due_at, event.received_at
      limit ${window}
    ), best as materialized (
      select id, subject, due_at, received_at, ${rank} as rank from early order by rank, due_at, received_at limit ${closest}
    ), next as (
      select event.id from best join inbox_events event using (id)
      where event.state = 'pending' and (event.leased_until is null or event.leased_until <= now())
        and not exists (
          select from inbox_events sibling join busy using (stripe_customer_id)
          where sibling.state = 'pending' and sibling.subject = event.subject
        )
      order by best.rank, best.due_at, best.received_at
      limit 1
      for update of event skip locked
    )
    update inbox_events event set leased_until = now() + make_interval(secs => ${leaseSeconds})
    from next where event.id = next.id
    returning event.subject, event.request_id`.execute(db);
  const row = claimed.rows[0];
  return row && { subject: row.subject, requestId: row.request_id ?? undefined };
}
