import type Stripe from 'stripe';
import { noSuch } from './errors.ts';
import { text, wholeNumber } from './fields.ts';

/** The parameters that every list takes. */
export const pageFields = { limit: wholeNumber(1, 100), starting_after: text, ending_before: text };

type PageParams = { limit?: number | null; starting_after?: string | null; ending_before?: string | null };

/** One page of a list that is given newest first, after or before the object named as a cursor. */
export function page<T extends { id: string }>(rows: T[], params: PageParams, url: string): Stripe.ApiList<T> {
  const limit = params.limit ?? 10;
  if (params.ending_before) {
    const end = position(rows, params.ending_before, 'ending_before');
    const start = Math.max(0, end - limit);
    return { object: 'list', data: rows.slice(start, end), has_more: start > 0, url };
  }
  const start = params.starting_after ? position(rows, params.starting_after, 'starting_after') + 1 : 0;
  return { object: 'list', data: rows.slice(start, start + limit), has_more: start + limit < rows.length, url };
}

function position(rows: { id: string }[], id: string, param: string): number {
  const found = rows.findIndex((row) => row.id === id);
  if (found < 0) {
    throw noSuch('object', id, param);
  }
  return found;
}
