import type Stripe from 'stripe';
import { noSuch } from './errors.ts';
import { text, wholeNumber } from './fields.ts';

/** The parameters that every list takes. */
export const pageFields = { limit: wholeNumber(1, 100), starting_after: text, ending_before: text };

type PageParams = { limit?: number | null; starting_after?: string | null; ending_before?: string | null };

/** One page of a list that is given newest first, after or before the object named as a cursor. */
export function page<T extends { id: string }>(rows: readonly T[], params: PageParams, url: string): Stripe.ApiList<T> {
  return filteredPage(rows, params, url, () => true);
}

/** The same of those rows that are wanted. The cursor may be any row, and no more rows are looked at than the page needs. */
export function filteredPage<T extends { id: string }>(
  rows: readonly T[],
  { limit, starting_after: after, ending_before: before }: PageParams,
  url: string,
  isWanted: (row: T) => boolean,
): Stripe.ApiList<T> {
  const step = before ? -1 : 1;
  const start = before ? position(rows, before, 'ending_before') - 1 : after ? position(rows, after, 'starting_after') + 1 : 0;
  const found: T[] = [];
  for (let at = start; at >= 0 && at < rows.length && found.length <= (limit ?? 10); at += step) {
    if (isWanted(rows[at]!)) {
      found.push(rows[at]!);
    }
  }
  const has_more = found.length > (limit ?? 10);
  const data = found.slice(0, limit ?? 10);
  return { object: 'list', data: before ? data.reverse() : data, has_more, url };
}

const places = new WeakMap<readonly { id: string }[], Map<string, number>>();

/** Where the object stands. Lists that are asked for page by page are the same array every time, and remember. */
function position(rows: readonly { id: string }[], id: string, param: string): number {
  const known = places.get(rows) ?? new Map(rows.map((row, place) => [row.id, place]));
  places.set(rows, known);
  const found = known.get(id);
  if (found === undefined) {
    throw noSuch('object', id, param);
  }
  return found;
}
