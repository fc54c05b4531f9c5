import { saySum } from '../operations/say-sum.ts';
import type { Services } from '../services.ts';
import { type Discrepancy, settleByHand } from './note-discrepancies.ts';
import { readSince } from './read-since.ts';
import { reconcile } from './reconcile.ts';

/** What was typed after `npm run reconcile --`. */
export type ReconcileWords = { since?: string; settled?: string };

/**
 * `reconcile [--since 7d]`: all comparisons at once. Says each step, then a line for every difference that stands, with its id. Answers
 * how many there are. `--settled <id>`: somebody has looked at what was noted for a person under it; compares nothing. Throws an Error for
 * what cannot be understood.
 */
export async function reconcileCommand(services: Services, { since, settled }: ReconcileWords): Promise<number> {
  if (settled) {
    if ((await settleByHand(services.db, settled)) === 0) throw new Error('nothing was noted for a person under this id');
    console.log(`${settled} is settled`);
    return 0;
  }
  const found = await reconcile(services, {
    ...(since && { since: readSince(services, since) }),
    onStep: (step) => console.error(`comparing: ${step}`),
  });
  console.log(found.map(toLine).join('\n') || 'our books and Stripe are the same');
  return found.length;
}

/** `balance-transaction txn_…: amount: ours 10.00 EUR, Stripe's 10.01 EUR` */
export function toLine({ kind, objectId, detail, currency, theirs }: Discrepancy): string {
  const sum = currency && theirs != null && !/\d [A-Z]{3}\b/.test(detail) ? ` (${saySum(theirs, currency)})` : '';
  return `${kind} ${objectId}: ${detail}${sum}`;
}
