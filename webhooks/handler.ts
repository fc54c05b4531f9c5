import type { Trx } from '../src/db/database.ts';
import type { Services } from '../src/services.ts';

/** An object of Stripe's as an event shows it: of any API version, so nothing in it is relied on but ids. */
export type EventObject = Record<string, unknown>;

/** What became of a reading. `waitUntil`: it cannot be taken yet, its events are worked on again then. */
export type Applied = { readonly waitUntil?: Date };

/** One event family: which events tell of which object, how that is read, and how our copy is made equal to it. */
export type Handler<Reading = unknown> = {
  /** Stripe's names of the events that we listen to for it. */
  readonly types: readonly string[];
  /** How ids of its objects begin. */
  readonly prefixes: readonly string[];
  /** The id of the object that an event is about; null where it names none. */
  subject(object: EventObject): string | null;
  /** What is true now. Asks Stripe; no transaction is open. */
  read(services: Services, subject: string): Promise<Reading>;
  /** Every object of which the reading knows all that its events could tell. */
  covers(reading: Reading): (string | null | undefined)[];
  /** One transaction, no network; a reading that is older than what is there changes nothing. */
  apply(trx: Trx, services: Services, reading: Reading, readNumber: bigint): Promise<Applied>;
};

/** Keeps what `apply` takes tied to what `read` gives. */
export function defineHandler<Reading>(handler: Handler<Reading>): Handler {
  return handler as Handler;
}

/** The object's own id. */
export function ownId(object: EventObject): string | null {
  return idOf(object.id);
}

/** An id that may be given alone or within its expanded object. */
export function idOf(value: unknown): string | null {
  const id = typeof value === 'object' && value !== null ? (value as EventObject).id : value;
  return typeof id === 'string' && id !== '' ? id : null;
}
