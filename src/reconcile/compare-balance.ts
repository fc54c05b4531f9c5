import type { Database } from '../db/database.ts';
import { loadSweepState, saveSweepState } from '../jobs/sweep-runs.ts';
import { saySum } from '../operations/say-sum.ts';
import type { Services } from '../services.ts';
import type { Unbooked } from './compare-balance-transactions.ts';
import { type Discrepancy, findStanding, noteDiscrepancies } from './note-discrepancies.ts';

const name = 'compare-balance';

/**
 * Compares what the account `stripe_balance` holds with what Stripe says it holds, currency by currency; what is not booked yet is left
 * out. Both are read at nearly, not exactly, the same time: a difference counts when the run after it finds the same again, and then
 * stands until there is none. Answers whether there is one, counted or not.
 */
export async function compareBalance({ db, stripe }: Services, unbooked: Unbooked): Promise<boolean> {
  const [booked, held, { differences: before = {} }, standing] = await Promise.all([
    sumBooked(db),
    stripe.getBalance(),
    loadSweepState(db, name) as Promise<{ differences?: Record<string, string> }>,
    findStanding(db, 'balance'),
  ]);
  const theirs = new Map<string, bigint>();
  const add = (currency: string, minor: bigint) => theirs.set(currency, (theirs.get(currency) ?? 0n) + minor);
  for (const { minor, currency } of held) add(currency, minor);
  for (const { net } of unbooked) add(net.currency, -net.minor);
  const differences: Record<string, string> = {};
  const found: Discrepancy[] = [];
  for (const currency of new Set([...booked.keys(), ...theirs.keys()])) {
    const [ours, wanted] = [booked.get(currency) ?? 0n, theirs.get(currency) ?? 0n];
    if (ours !== wanted) {
      differences[currency] = String(ours - wanted);
      const counts = before[currency] === differences[currency] || standing.includes(currency);
      const detail = say(ours, wanted, currency);
      if (counts) found.push({ kind: 'balance', objectId: currency, detail, currency, ours, theirs: wanted });
    }
  }
  await noteDiscrepancies(db, { kind: 'balance', found, looked: 'all' });
  await saveSweepState(db, name, { differences });
  return Object.keys(differences).length > 0;
}

function say(ours: bigint, theirs: bigint, currency: string): string {
  const by = ours > theirs ? `${saySum(ours - theirs, currency)} more` : `${saySum(theirs - ours, currency)} less`;
  return `our books hold ${by} than Stripe: ours ${saySum(ours, currency)}, Stripe's ${saySum(theirs, currency)}`;
}

async function sumBooked(db: Database): Promise<Map<string, bigint>> {
  const rows = await db
    .selectFrom('ledger_entries')
    .select(['currency', (entry) => entry.fn.sum<string>('amount_minor').as('minor')])
    .where('account', '=', 'stripe_balance')
    .groupBy('currency')
    .execute();
  return new Map(rows.map(({ currency, minor }) => [currency, BigInt(minor)]));
}
