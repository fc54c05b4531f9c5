import { sql } from 'kysely';
import { plusSeconds } from '../src/clock.ts';
import type { Trx } from '../src/db/database.ts';
import { AppError } from '../src/errors.ts';
import type { Services } from '../src/services.ts';
import { retryOf } from '../src/stripe/retry.ts';
import { lockNotedEvents, postponeEvents } from './noted-events.ts';

/** After so many tries that no outage ended, about a quarter of an hour, a person must look. */
const mostAttempts = 10;
const outageSeconds = 5;

/**
 * Puts back the due events of an object that could not be worked on. An outage is waited for and counts for nothing. Any other failure
 * is tried again after 2, 4, 8 … seconds, ten times, or never where it cannot come right: then the events are dead, which is kept,
 * reported and can be replayed.
 */
export async function setBack(services: Services, subject: string, readNumber: bigint, error: unknown): Promise<void> {
  const { db, clock, log, metrics } = services;
  const retry = retryOf(error);
  const code = codeOf(error);
  const dead = await db.transaction().execute(async (trx) => {
    const due = await lockDueEvents(trx, services, subject, readNumber);
    if (due.length > 0 && retry !== 'until-it-works') {
      return countAttempt(trx, due, { now: clock.now(), code, isLast: retry === 'never' });
    }
    const waitSeconds = (error instanceof AppError ? error.retryAfterSeconds : undefined) ?? outageSeconds;
    await postponeEvents(trx, due, plusSeconds(clock.now(), waitSeconds));
    return 0;
  });
  if (dead > 0) {
    metrics.eventsEnded('dead', dead);
    log.error('events are dead: a person must look, then replay them', { subject, code, count: dead, error });
  } else {
    log.warn('an event is tried again later', { subject, code, error });
  }
}

async function lockDueEvents(trx: Trx, { clock }: Services, subject: string, readNumber: bigint): Promise<string[]> {
  const noted = await lockNotedEvents(trx, [subject], readNumber);
  const due = await trx
    .selectFrom('inbox_events')
    .select('id')
    .where('id', 'in', noted.length > 0 ? noted : [''])
    .where('due_at', '<=', clock.now())
    .execute();
  return due.map(({ id }) => id);
}

/** One try more for each; answers how many of them are dead by it. */
async function countAttempt(
  trx: Trx,
  ids: string[],
  { now, code, isLast }: { now: Date; code: string; isLast: boolean },
): Promise<number> {
  const counted = await sql<{ state: string }>`
    update inbox_events set
      attempts = attempts + 1,
      error = ${code},
      leased_until = null,
      due_at = ${now}::timestamptz + make_interval(secs => 2 ^ (attempts + 1)),
      state = case when ${isLast} or attempts + 1 >= ${mostAttempts} then 'dead' else state end,
      reason = case when ${isLast} then 'it cannot be understood' when attempts + 1 >= ${mostAttempts} then 'it failed too often' end
    where id = any(${ids})
    returning state`.execute(trx);
  return counted.rows.filter(({ state }) => state === 'dead').length;
}

/** A code of ours, of Postgres's or of Node's, or the error's class: never its message, which may quote what a person wrote. */
function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return [code, name].find((one): one is string => typeof one === 'string' && /^[\w-]{1,60}$/.test(one)) ?? 'unknown';
}
