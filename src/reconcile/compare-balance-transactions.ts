import { plusSeconds } from '../clock.ts';
import { saySum } from '../operations/say-sum.ts';
import type { Services } from '../services.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';
import { pagesOf } from '../stripe/lists.ts';
import { differencesOf, findBooked, undefinedIfGone } from './booked-transactions.ts';
import { type Discrepancy, findStanding, noteDiscrepancies } from './note-discrepancies.ts';
import { repairBalanceTransactions } from './repair-balance-transactions.ts';
import { type Cursor, findStart, moveCursor } from './window.ts';

const cursor: Cursor = { name: 'compare-books', overlapSeconds: 3 * 3600 };
const kind = 'balance-transaction';

/** So long a payment that nothing marks as ours is not booked, as something may still claim it; and a little more. */
const waitSeconds = 20 * 60;

/** What Stripe moved and is not in our books. */
export type Unbooked = readonly BalanceTransaction[];

/**
 * Compares what Stripe moved with what is booked, both ways: what is missing is repaired by reading what it comes from, and what is
 * missing still, is not at Stripe, or differs in amount, fee, net or currency is a discrepancy under its id. What is missing and came
 * just now waits to be classified. Answers all that is missing.
 */
export async function compareBalanceTransactions(services: Services, options: { since?: Date } = {}): Promise<Unbooked> {
  const { db, clock } = services;
  const from = await findStart(services, cursor, options.since);
  const until = clock.now();
  const standing = await findStanding(db, kind);
  const listed = await comparePages(services, from);
  const others = await compareOneByOne(services, [
    ...(await findUnlisted(services, { from, until, seen: listed.seen })),
    ...standing.filter((id) => !listed.seen.has(id)),
  ]);
  const unbooked = await repairBalanceTransactions(services, [...listed.missing, ...others.missing]);
  const young = plusSeconds(until, -waitSeconds);
  const missing = unbooked.filter(({ createdAt }) => createdAt <= young).map(toDiscrepancy);
  const looked = standing; // what another comparison has found meanwhile was not looked at
  await noteDiscrepancies(db, { kind, found: [...listed.found, ...others.found, ...missing], looked });
  await moveCursor(services, cursor, from, until);
  return unbooked;
}

type Comparison = { missing: BalanceTransaction[]; found: Discrepancy[] };

async function comparePages({ stripe, db }: Services, from: Date): Promise<Comparison & { seen: Set<string> }> {
  const [seen, missing, found] = [new Set<string>(), [] as BalanceTransaction[], [] as Discrepancy[]];
  for await (const page of pagesOf((after) => stripe.listBalanceTransactions({ since: from, after }))) {
    const booked = await findBooked(
      db,
      page.map(({ id }) => id),
    );
    for (const theirs of page) {
      const ours = booked.get(theirs.id);
      seen.add(theirs.id);
      if (ours) found.push(...differencesOf(kind, ours, theirs));
      else missing.push(theirs);
    }
  }
  return { seen, missing, found };
}

/** What is booked in the window and was not listed. */
async function findUnlisted(
  { db }: Services,
  { from, until, seen }: { from: Date; until: Date; seen: Set<string> },
): Promise<string[]> {
  const rows = await db
    .selectFrom('balance_transactions')
    .select('id')
    .where('created_at', '>=', from)
    .where('created_at', '<', until)
    .execute();
  return rows.map(({ id }) => id).filter((id) => !seen.has(id));
}

/** What was not listed, and what differed before the window began: each asked for by its id. */
async function compareOneByOne({ db, stripe }: Services, ids: readonly string[]): Promise<Comparison> {
  const booked = await findBooked(db, ids);
  const [missing, found] = [[] as BalanceTransaction[], [] as Discrepancy[]];
  for (const id of new Set(ids)) {
    const ours = booked.get(id);
    const theirs = await stripe.getBalanceTransaction(id).catch(undefinedIfGone);
    if (theirs) {
      if (ours) found.push(...differencesOf(kind, ours, theirs));
      else missing.push(theirs);
    } else if (ours) {
      const { currency, net_minor } = ours;
      found.push({
        kind,
        objectId: id,
        detail: `in our books with net ${saySum(net_minor, currency)}, but not at Stripe`,
        currency,
        ours: net_minor,
        theirs: null,
      });
    }
  }
  return { missing, found };
}

function toDiscrepancy({ id, type, net }: BalanceTransaction): Discrepancy {
  return {
    kind,
    objectId: id,
    detail: `not in our books: ${type} of net ${saySum(net.minor, net.currency)}`,
    currency: net.currency,
    ours: null,
    theirs: net.minor,
  };
}
