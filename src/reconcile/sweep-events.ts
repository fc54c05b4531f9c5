import { handlers } from '../../webhooks/dispatch.ts';
import { createInbox, type Inbox } from '../../webhooks/inbox.ts';
import { type InboxEvent, toInboxEvent } from '../../webhooks/to-inbox-event.ts';
import { plusSeconds } from '../clock.ts';
import type { Database } from '../db/database.ts';
import { loadSweepState, saveSweepState } from '../jobs/sweep-runs.ts';
import type { Services } from '../services.ts';
import { type ListedEvent, pagesOf } from '../stripe/lists.ts';
import { type Cursor, findStart, furthestBack, latestOf, moveCursor } from './window.ts';

const cursor: Cursor = { name: 'sweep-events', overlapSeconds: 600 };

/** Stripe filters by so many types at once (docs.stripe.com/api/events/list). */
const typesAtOnce = 20;

/** What a webhook has not brought by then is looked for. */
const graceSeconds = 120;

export type EventSweep = {
  /** From when on; absent: where the last sweep ended. */
  readonly since?: Date;
  /** Takes events, however new: whatever is still on its way will be there already. */
  readonly upToNow?: boolean;
  /** Leaves out what came later. */
  readonly until?: Date;
};

/**
 * Asks Stripe for its events, and keeps those that no webhook has brought: from then on they are worked on like any other. What was
 * only ever counted is left out. Answers how many were missing.
 */
export async function sweepEvents(services: Services, options: EventSweep = {}): Promise<number> {
  const { clock, log, metrics } = services;
  const { since, upToNow = false } = options;
  const start = await findStart(services, cursor, since);
  const from = latestOf(start, furthestBack(clock.now()));
  const until = options.until ?? plusSeconds(clock.now(), upToNow ? 0 : -graceSeconds);
  const types = handlers.flatMap((handler) => handler.types);
  let missing = 0;
  for (let first = 0; first < types.length; first += typesAtOnce) {
    missing += await sweepTypes(services, types.slice(first, first + typesAtOnce), from, upToNow ? undefined : until);
  }
  await moveCursor(services, cursor, start, until);
  if (missing > 0) {
    metrics.eventsSwept(missing);
    log.warn('events were found that no webhook had brought', { count: missing });
  }
  return missing;
}

/** Has the next sweep begin there at the earliest: everything older is known by other means. */
export async function keepEventsFrom({ db }: Services, from: Date): Promise<void> {
  const state = await loadSweepState(db, cursor.name);
  await saveSweepState(db, cursor.name, { ...state, seenUntil: from.toISOString() });
}

async function sweepTypes(services: Services, types: readonly string[], from: Date, until: Date | undefined): Promise<number> {
  const { stripe, db } = services;
  const inbox = createInbox(services);
  let missing = 0;
  for await (const page of pagesOf((after) => stripe.listEvents({ types, since: from, after }))) {
    const old = page.filter(({ createdAt }) => until === undefined || createdAt <= until);
    const kept = await Promise.all((await findMissing(db, old)).map((event) => keep(services, inbox, event)));
    missing += kept.filter(Boolean).length;
  }
  return missing;
}

async function findMissing(db: Database, events: readonly ListedEvent[]): Promise<ListedEvent[]> {
  const ids = events.map(({ id }) => id);
  const kept = await db
    .selectFrom('inbox_events')
    .select('id')
    .where('id', 'in', ['', ...ids])
    .execute();
  const known = new Set(kept.map(({ id }) => id));
  return events.filter(({ id }) => !known.has(id)).reverse(); // oldest first, as webhooks would have come
}

/** One that cannot be understood is named in the log and holds up no other. */
async function keep({ config, log }: Services, inbox: Inbox, { id, json }: ListedEvent): Promise<boolean> {
  let event: InboxEvent;
  try {
    event = toInboxEvent(json, Buffer.from(JSON.stringify(json)), config.stripe.livemode);
  } catch (error) {
    log.error('an event of Stripe cannot be understood', { eventId: id, error });
    return false;
  }
  return inbox.store({ ...event, source: 'sweep' });
}
