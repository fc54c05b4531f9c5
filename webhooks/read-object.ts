import { AppError } from '../src/errors.ts';
import type { Services } from '../src/services.ts';
import { handlerOfSubject } from './dispatch.ts';
import type { Handler } from './handler.ts';
import { drawReadNumber, finishEvents, lockNotedEvents, postponeEvents } from './noted-events.ts';

/** Reads one object of Stripe's and makes our copy equal to it, as an event about it would. Safe any number of times, also at once. */
export async function readObject(services: Services, subject: string): Promise<void> {
  await readObjectAs(services, subject, await drawReadNumber(services.db));
}

/**
 * The same under a read number that was drawn before. Whatever events the reading covers are done in the transaction that applies it;
 * one that arrives meanwhile stays pending. An object that Stripe does not have leaves its events `gone`.
 */
export async function readObjectAs(services: Services, subject: string, readNumber: bigint): Promise<void> {
  const handler = handlerOfSubject(subject);
  if (!handler) {
    throw new Error('an object of a kind that is not read');
  }
  const reading = await readUnlessGone(handler, services, subject);
  const { state, count } = await services.db.transaction().execute(async (trx) => {
    if (reading === undefined) {
      const noted = await lockNotedEvents(trx, [subject], readNumber);
      await finishEvents(trx, noted, 'gone', 'Stripe has no such object');
      return { state: 'gone' as const, count: noted.length };
    }
    const covered = handler.covers(reading).filter((id) => typeof id === 'string');
    const noted = await lockNotedEvents(trx, [...new Set([subject, ...covered])], readNumber);
    const { waitUntil } = await handler.apply(trx, services, reading, readNumber);
    await (waitUntil ? postponeEvents(trx, noted, waitUntil) : finishEvents(trx, noted, 'done'));
    return { state: 'done' as const, count: waitUntil ? 0 : noted.length };
  });
  services.metrics.eventsEnded(state, count);
  services.log.debug('an object was read', { subject, count });
}

async function readUnlessGone(handler: Handler, services: Services, subject: string): Promise<unknown> {
  try {
    return await handler.read(services, subject);
  } catch (error) {
    if (error instanceof AppError && error.code === 'stripe-object-gone') {
      services.log.warn('Stripe has no such object', { subject });
      return undefined;
    }
    throw error;
  }
}
