import { sql } from 'kysely';
import { AppError } from '../src/errors.ts';
import { currentRequestId } from '../src/request-context.ts';
import type { Services } from '../src/services.ts';
import type { InboxEvent } from './to-inbox-event.ts';

/**
 * Keeps an event: one plain INSERT. Once it is answered the event is safe; one that is there already changes nothing. Answers whether
 * it is new. Throws database-unavailable where it could not be stored, so that Stripe sends it again.
 */
export async function storeEvent(
  { db, clock, log }: Pick<Services, 'db' | 'clock' | 'log'>,
  event: InboxEvent,
): Promise<boolean> {
  const { id, type, subject, customerId, state, reason, livemode, apiVersion, createdAt, body } = event;
  try {
    const stored = await sql`/* name: store_event */
      insert into inbox_events (id, type, subject, stripe_customer_id, state, reason, livemode, api_version, created_at, due_at, body,
        request_id, last_read_number)
      values (${id}, ${type}, ${subject}, ${customerId}, ${state}, ${reason}, ${livemode}, ${apiVersion}, ${createdAt}, ${clock.now()}, ${body},
        ${currentRequestId() ?? null},
        (select case when is_called then last_value else 0 end from read_numbers))
      on conflict (id) do nothing`.execute(db);
    return stored.numAffectedRows === 1n;
  } catch (error) {
    log.error('an event could not be stored', { eventId: id, type, error });
    throw new AppError('database-unavailable', 'The event could not be stored; please send it again.', {
      cause: error,
      retryAfterSeconds: 5,
    });
  }
}
