import { createHash } from 'node:crypto';
import { invalidParameter, Refusal } from './errors.ts';
import type { KeptAnswer } from './notes.ts';
import type { World } from './world.ts';

const day = 24 * 3600;

/** What makes two requests the same: the endpoint and its parameters, in whatever order they were sent. */
export function fingerprint(method: string, path: string, params: unknown): string {
  return createHash('sha256')
    .update(`${method} ${path} ${sorted(params)}`)
    .digest('hex');
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(sorted).join()}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
    return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${sorted(entry)}`).join()}}`;
  }
  return JSON.stringify(value) ?? 'null';
}

/** The answer kept for this key, if the request is the same; refuses the key for another request, and one still being worked on. */
export function keptAnswer(world: World, key: string, print: string, inFlight: Set<string>): KeptAnswer | undefined {
  if (key.length > 255) {
    throw invalidParameter('Idempotency keys must be at most 255 characters long.', 'Idempotency-Key');
  }
  if (inFlight.has(key)) {
    const message = `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`;
    throw new Refusal(409, { type: 'idempotency_error', code: 'idempotency_key_in_use', message }, false);
  }
  const kept = world.notes.answer.get(key);
  if (!kept || kept.until <= world.clock.seconds()) {
    return undefined;
  }
  if (kept.fingerprint !== print) {
    const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
    throw new Refusal(400, { type: 'idempotency_error', message }, false);
  }
  return kept;
}

/** Keeps an answer for a day of simulated time, and forgets those whose day is over: a key that comes back later is a new request. */
export function keepAnswer(world: World, answer: Omit<KeptAnswer, 'until'>): void {
  const { answer: kept } = world.notes;
  const now = world.clock.seconds();
  for (const { id, until } of kept.values()) {
    if (until > now) {
      break; // they stand in the order in which they were kept
    }
    kept.delete(id);
  }
  kept.delete(answer.id);
  kept.set(answer.id, { ...answer, until: now + day });
}
