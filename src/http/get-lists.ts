import { z } from 'zod';
import { isCurrency } from '../currency.ts';
import { type List, type ListFilter, listBases } from '../lists/list.ts';
import { lists } from '../lists/lists.ts';
import { runList } from '../lists/run-list.ts';
import { isDay } from '../period.ts';
import { listRows, listTotals } from './openapi/list-rows.ts';
import { defineRoute, type Route } from './route.ts';
import { staffInput } from './staff-input.ts';

const once = z.string({ error: 'must be given once' }).min(1, 'must not be empty').max(2000, 'is too long');
const day = once.refine(isDay, 'must be a day such as 2026-01-31');

/** What every list takes. */
const paging = {
  from: day.optional().describe('The first day, in the newsroom’s time zone.'),
  before: day.optional().describe('The first day that is not in it.'),
  cursor: once.max(8000, 'is too long').optional().describe('The next_cursor of the page before, with the same filters.'),
  limit: z
    .string({ error: 'must be given once' })
    .regex(/^([1-9]\d?|100)$/, 'must be a number from 1 to 100')
    .optional()
    .describe('50 unless given.'),
};

const basis = z.enum(listBases, `must be one of ${listBases.join(', ')}`);
const currency = once.toLowerCase().refine(isCurrency, 'must be a currency such as eur');

/** What only some lists take. */
function filtersOf({ filters, statuses }: List) {
  const all: Record<ListFilter, z.ZodType<string | undefined>> = {
    basis: basis.optional().describe('What the period and the order go by; paid unless given.'),
    status: once.refine((name) => statuses.includes(name), `must be one of ${statuses.join(', ')}`).optional(),
    currency: currency.optional(),
    article: once
      .optional()
      .describe('Its address or its id; query, fragment and a slash at the end of an address do not count.'),
    campaign: once.optional(),
  };
  return Object.fromEntries(filters.map((name) => [name, all[name]]));
}

type Query = { cursor?: string; limit?: string; from?: string; before?: string } & { [name in ListFilter]?: string };

/** A list of staff's: newest first, with sums and a cursor to the next page. */
function listRoute(name: keyof typeof lists, summary: string): Route {
  const list = lists[name];
  const query = z
    .strictObject({ ...paging, ...filtersOf(list) })
    .refine(({ from, before }) => !from || !before || from < before, {
      path: ['before'],
      error: 'must be a later day than from',
    });
  return defineRoute<Query>({
    name: `GET /v1/admin/${name}`,
    summary,
    description: 'Newest first. Amounts are integers in the smallest unit of their currency.',
    takes: z.object(query.shape),
    output: {
      200: {
        description: 'A page, the sums of all pages, and the cursor to the next one.',
        json: z.object({ data: z.array(listRows[name]), totals: listTotals, next_cursor: z.string().nullable() }),
      },
    },
    refuses: ['request-not-possible', 'database-unavailable'],
    read: staffInput(query as z.ZodType<Query>),
    async handle({ services, input: { cursor, limit, ...wish } }) {
      const asked = { wish: wish as Parameters<List['query']>[0], cursor, limit: Number(limit ?? 50) };
      return { status: 200, json: await runList(services.db, services.config.newsroom.time_zone, list, asked) };
    },
  });
}

/** Every list, as the contract names them. */
export const getLists: Route[] = [
  listRoute('donations', 'Gifts'),
  listRoute('subscriptions', 'Recurring donations'),
  listRoute('donors', 'Who gave'),
  listRoute('refunds', 'Money that went back, or is to'),
  listRoute('disputes', 'What banks ask back'),
  listRoute('payouts', 'What Stripe sent to the bank'),
  listRoute('events', 'What Stripe told us'),
  listRoute('journals', 'The ledger, a row a journal'),
  listRoute('votes', 'Whether articles helped'),
  listRoute('signups', 'Who asked for the newsletter'),
];
