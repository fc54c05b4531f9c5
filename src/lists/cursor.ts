import { createHash } from 'node:crypto';
import { AppError } from '../errors.ts';
import { type ListTotals, type ListWish, sumNames } from './list.ts';

/** Where a page ended, and the sums of the whole list. */
export type Cursor = { readonly key: bigint; readonly id: string; readonly totals: ListTotals[] };

type Written = { of: string; key: string; id: string; totals: (string | null)[][] };

/** A cursor as it stands in an address; it belongs to one list and what it was narrowed by. */
export function writeCursor({ key, id, totals }: Cursor, listName: string, wish: ListWish): string {
  const written: Written = { of: printOf(listName, wish), key: key.toString(), id, totals: totals.map(packTotals) };
  return Buffer.from(JSON.stringify(written)).toString('base64url');
}

/** Reads one; throws request-not-possible where it is none, or one of another list. */
export function readCursor(text: string, listName: string, wish: ListWish): Cursor {
  try {
    const { of, key, id, totals } = JSON.parse(Buffer.from(text, 'base64url').toString()) as Written;
    if (of === printOf(listName, wish) && /^-?\d{1,17}$/.test(key) && typeof id === 'string' && !id.includes('\0')) {
      return { key: BigInt(key), id, totals: totals.map(unpackTotals) };
    }
  } catch {
    // what cannot be read is told like what does not belong here
  }
  const errors = [{ pointer: '/cursor', detail: 'is not of this list with these filters: begin again without it' }];
  throw new AppError('request-not-possible', 'Some parameters are wrong.', { errors });
}

/** Tells lists, and one list narrowed by other things, apart. */
function printOf(listName: string, wish: ListWish): string {
  const asked = Object.entries(wish).filter(([, value]) => value !== undefined);
  return createHash('sha256')
    .update(JSON.stringify([listName, asked.sort()]))
    .digest('base64url')
    .slice(0, 12);
}

function packTotals(totals: ListTotals): (string | null)[] {
  const { currency, settlement_currency, count } = totals;
  return [currency, settlement_currency, count.toString(), ...sumNames.map((name) => totals[name]?.toString() ?? null)];
}

function unpackTotals([currency = null, settlement = null, count, ...sums]: (string | null)[]): ListTotals {
  const summed = sumNames.map((name, index) => [name, sums[index] == null ? null : BigInt(sums[index])]);
  return { currency, settlement_currency: settlement, count: BigInt(count!), ...Object.fromEntries(summed) } as ListTotals;
}
