import { AsyncLocalStorage } from 'node:async_hooks';

const storage = new AsyncLocalStorage<string>();

/**
 * Does work in the name of a request: its id stands in every line that is logged meanwhile and goes along with every job that is
 * staged. Without an id the work is done in nobody's name.
 */
export function inNameOf<Result>(requestId: string | undefined, work: () => Result): Result {
  return requestId === undefined ? storage.exit(work) : storage.run(requestId, work);
}

/** The id of the request in whose name this runs; undefined where none is, as in a sweep. */
export function currentRequestId(): string | undefined {
  return storage.getStore();
}
