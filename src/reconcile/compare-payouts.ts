import { sql } from 'kysely';
import { readObject } from '../../webhooks/read-object.ts';
import { saySum } from '../operations/say-sum.ts';
import { readPayoutLines } from '../payouts/read-payout-lines.ts';
import type { Services } from '../services.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';
import { type ListedPayout, rowsOf } from '../stripe/lists.ts';
import { type Booked, differencesOf } from './booked-transactions.ts';
import { type Discrepancy, noteDiscrepancies } from './note-discrepancies.ts';
import { tryToRepair } from './try-to-repair.ts';
import { findCutOver, latestOf } from './window.ts';

/**
 * Compares payouts made since then with Stripe's, each with its lines: that they are the same, of the same amounts, and sum to it. A
 * payout that differs is read again first. What differs after that is a discrepancy under the payout's id, or the line's.
 */
export async function comparePayouts(services: Services, since: Date): Promise<void> {
  const { db, stripe } = services;
  const cutOver = await findCutOver(db);
  const from = cutOver ? latestOf(since, cutOver) : since;
  const [payouts, lines] = [[] as Discrepancy[], [] as Discrepancy[]];
  const looked = { payouts: [] as string[], lines: [] as string[] };
  for await (const theirs of rowsOf((after) => stripe.listPayouts({ since: from, after }))) {
    const lineList = isItemised(theirs) ? await listLines(services, theirs.id) : undefined;
    let compared = await comparePayout(services, theirs, lineList);
    if (compared.payout.length + compared.lines.length > 0) {
      await tryToRepair(services, theirs.id, async () => {
        await readObject(services, theirs.id);
        if (lineList) await readPayoutLines(services, theirs.id);
        compared = await comparePayout(services, await stripe.getPayout(theirs.id), lineList); // it may have moved on since it was listed
      });
    }
    payouts.push(...compared.payout);
    lines.push(...compared.lines);
    looked.payouts.push(theirs.id);
    looked.lines.push(...compared.ids);
  }
  await noteDiscrepancies(db, { kind: 'payout', found: payouts, looked: looked.payouts });
  await noteDiscrepancies(db, { kind: 'payout-line', found: lines, looked: looked.lines });
}

/** Stripe knows the lines of automatic payouts alone, and only once it has sorted them. */
function isItemised({ automatic, reconciliationStatus }: ListedPayout): boolean {
  return automatic && reconciliationStatus === 'completed';
}

async function listLines({ stripe }: Services, payoutId: string): Promise<BalanceTransaction[]> {
  const all: BalanceTransaction[] = [];
  let after: string | undefined;
  do {
    const page = await stripe.listPayoutLines(payoutId, after);
    all.push(...page.lines);
    after = page.next;
  } while (after);
  return all;
}

type ComparedPayout = { payout: Discrepancy[]; lines: Discrepancy[]; ids: string[] };

async function comparePayout(
  { db }: Services,
  theirs: Pick<ListedPayout, 'id' | 'status' | 'amount'>,
  lines: BalanceTransaction[] | undefined,
): Promise<ComparedPayout> {
  const ours = await db.selectFrom('payouts').selectAll().where('id', '=', theirs.id).executeTakeFirst();
  const { minor, currency } = theirs.amount;
  const words = ours ? [] : [`not in our books: ${saySum(minor, currency)}`];
  if (ours && ours.status !== theirs.status) words.push(`status: ours ${ours.status}, Stripe's ${theirs.status}`);
  if (ours && ours.amount_minor !== minor) {
    words.push(`amount: ours ${saySum(ours.amount_minor, ours.currency)}, Stripe's ${saySum(minor, currency)}`);
  }
  const sum = lines?.reduce((total, { net }) => total + net.minor, 0n) ?? minor;
  if (sum !== minor) words.push(`its lines sum to ${saySum(sum, currency)}, it is of ${saySum(minor, currency)}`);
  const differs = { kind: 'payout', objectId: theirs.id, detail: words.join('; '), currency } as const;
  const lineIds = (lines ?? []).map(({ id }) => id);
  const booked = await db
    .selectFrom('balance_transactions')
    .selectAll()
    .where((row) => row.or([row('payout_id', '=', theirs.id), row('id', '=', sql<string>`any(${lineIds}::text[])`)]))
    .execute();
  return {
    payout: words.length > 0 ? [{ ...differs, ours: ours?.amount_minor ?? null, theirs: minor }] : [],
    lines: lines ? compareLines(theirs.id, booked, lines) : [],
    ids: [...booked.map(({ id }) => id), ...lineIds],
  };
}

function compareLines(payoutId: string, booked: readonly Booked[], lines: readonly BalanceTransaction[]): Discrepancy[] {
  const kind = 'payout-line';
  const ours = new Map(booked.map((row) => [row.id, row]));
  const theirs = new Set(lines.map(({ id }) => id));
  const found = lines.flatMap((line): Discrepancy[] => {
    const row = ours.get(line.id);
    const { minor, currency } = line.net;
    if (row?.payout_id !== payoutId) {
      const where = row ? (row.payout_id ? `in our books in ${row.payout_id}` : 'in our books in none') : 'not in our books';
      const detail = `at Stripe in ${payoutId} with net ${saySum(minor, currency)}, ${where}`;
      return [{ kind, objectId: line.id, detail, currency, ours: row?.net_minor ?? null, theirs: minor }];
    }
    return differencesOf(kind, row, line);
  });
  const surplus = booked.filter(({ id, payout_id }) => payout_id === payoutId && !theirs.has(id));
  return [
    ...found,
    ...surplus.map(({ id, currency, net_minor }) => {
      return {
        kind,
        objectId: id,
        detail: `in our books in ${payoutId} with net ${saySum(net_minor, currency)}, not in it at Stripe`,
        currency,
        ours: net_minor,
        theirs: null,
      } as const;
    }),
  ];
}
