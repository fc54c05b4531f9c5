import { sql } from 'kysely';
import { shareStatements } from '../src/db/share-statements.ts';
import { AppError } from '../src/errors.ts';
import { currentRequestId } from '../src/request-context.ts';
import type { Services } from '../src/services.ts';
import { retryOf } from '../src/stripe/retry.ts';
import type { InboxEvent } from './to-inbox-event.ts';

type Needs = Pick<Services, 'db' | 'clock' | 'log'>;

/** An event and the request that brought it. */
type Row = InboxEvent & { readonly requestId: string | null };

/** Keeps events. */
export type Inbox = {
  /**
   * Keeps an event. Once it is answered the event is safe; one that is there already changes nothing. Answers whether it is new.
   * Throws database-unavailable where it could not be stored, so that Stripe sends it again.
   */
  store(event: InboxEvent): Promise<boolean>;
};

/** Where events are kept: one plain INSERT each, which they share when they come faster than Postgres makes them safe. */
export function createInbox(services: Needs): Inbox {
  const write = shareStatements<Row, boolean>(
    (rows) => insertEvents(services, rows),
    (error) => retryOf(error) === 'until-it-works',
  );
  return {
    async store(event) {
      try {
        return await write({ ...event, requestId: currentRequestId() ?? null });
      } catch (error) {
        services.log.error('an event could not be stored', { eventId: event.id, type: event.type, error });
        throw new AppError('database-unavailable', 'The event could not be stored; please send it again.', {
          cause: error,
          retryAfterSeconds: 5,
        });
      }
    },
  };
}

/** One statement for all. The bodies go as one value, in Postgres's binary form, and are cut apart there. */
async function insertEvents({ db, clock }: Needs, rows: readonly Row[]): Promise<boolean[]> {
  const column = <Name extends keyof Row>(name: Name) => rows.map((row) => row[name]);
  const bodies = Buffer.concat(column('body'));
  const ends: number[] = [];
  for (const { body } of rows) ends.push((ends.at(-1) ?? 0) + body.length);
  const stored = await sql<{ id: string }>`/* name: store_events */
    insert into inbox_events (id, type, subject, stripe_customer_id, state, reason, livemode, api_version, request_id, created_at, source,
      body, due_at, last_read_number)
    select id, type, subject, customer, state, reason, livemode, api_version, request_id, created_at, source,
      substring(${bodies}::bytea from coalesce(lag(body_end) over (order by nth), 0) + 1
        for body_end - coalesce(lag(body_end) over (order by nth), 0)),
      ${clock.now()}::timestamptz, (select case when is_called then last_value else 0 end from read_numbers)
    from unnest(${column('id')}::text[], ${column('type')}::text[], ${column('subject')}::text[], ${column('customerId')}::text[],
      ${column('state')}::text[], ${column('reason')}::text[], ${column('livemode')}::boolean[], ${column('apiVersion')}::text[],
      ${column('requestId')}::text[], ${column('createdAt')}::timestamptz[],
      ${rows.map(({ source }) => source ?? 'webhook')}::text[], ${ends}::int[])
      with ordinality as event (id, type, subject, customer, state, reason, livemode, api_version, request_id, created_at, source,
        body_end, nth)
    on conflict (id) do nothing
    returning id`.execute(db);
  const fresh = new Set(stored.rows.map(({ id }) => id));
  return rows.map(({ id }) => fresh.delete(id)); // of the same event twice in one statement, the first is new
}
