import type { Services } from '../services.ts';
import type { Discrepancy } from './note-discrepancies.ts';
import { readSince } from './read-since.ts';
import { reconcile } from './reconcile.ts';

/**
 * `reconcile [--since 7d]`: all comparisons at once. Says each step, then a line for every difference that stands, with its id. Answers
 * how many there are. Throws an Error for what cannot be understood.
 */
export async function reconcileCommand(services: Services, { since }: { since?: string | undefined }): Promise<number> {
  const found = await reconcile(services, {
    ...(since && { since: readSince(services, since) }),
    onStep: (step) => console.error(`comparing: ${step}`),
  });
  console.log(found.map(toLine).join('\n') || 'our books and Stripe are the same');
  return found.length;
}

/** `balance-transaction txn_… amount: ours 1000, Stripe's 1001 (eur)` */
export function toLine({ kind, objectId, detail, currency }: Discrepancy): string {
  return `${kind} ${objectId} ${detail}${currency ? ` (${currency})` : ''}`;
}
