import { AppError } from '../errors.ts';
import { findCutOvers, type Opening, openBooks } from '../ledger/open-books.ts';
import type { Money } from '../money.ts';
import type { Services } from '../services.ts';
import { rowsOf } from '../stripe/lists.ts';

const mostTries = 5;

/**
 * Opens the books of every settlement currency at that instant, with what Stripe held then: its balance now, less the nets of all it has
 * moved since. Books that began at that instant already stay as they are. Throws where they began at another one.
 */
export async function beginBooks(services: Services, cutOverAt: Date): Promise<void> {
  const { db } = services;
  const begun = await findCutOvers(db);
  if (begun.length > 0 && begun.every((one) => one.cutOverAt.getTime() === cutOverAt.getTime())) {
    return;
  }
  const openings = await findOpenings(services, cutOverAt);
  await db.transaction().execute(async (trx) => {
    for (const opening of openings) await openBooks(trx, services, opening);
  });
}

/** Money may move between the two questions: they are asked until the balance is the same before and after the list. */
async function findOpenings({ stripe }: Services, cutOverAt: Date): Promise<Opening[]> {
  for (let tries = 1; tries <= mostTries; tries += 1) {
    const before = await stripe.getBalance();
    const held = new Map(before.map(({ currency, minor }): [string, bigint] => [currency, minor]));
    for await (const { net } of rowsOf((after) => stripe.listBalanceTransactions({ since: cutOverAt, after }))) {
      held.set(net.currency, (held.get(net.currency) ?? 0n) - net.minor);
    }
    if (isSame(before, await stripe.getBalance())) {
      return [...held].sort().map(([currency, amountMinor]) => ({ currency, amountMinor, cutOverAt }));
    }
  }
  throw new AppError('stripe-unavailable', 'Stripe’s balance does not stand still for long enough: try at a quieter time', {
    retryAfterSeconds: 60,
  });
}

function isSame(one: readonly Money[], other: readonly Money[]): boolean {
  const said = (balance: readonly Money[]) => balance.map(({ currency, minor }) => `${currency} ${minor}`).sort();
  return said(one).join() === said(other).join();
}
