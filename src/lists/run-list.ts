import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../db/database.ts';
import { type Cursor, readCursor, writeCursor } from './cursor.ts';
import { type List, type ListQuery, type ListTotals, type ListWish, type SortKey, sumNames } from './list.ts';

/** A page of a list: newest first, with the sums of all its rows as they were when its first page was asked for. */
export type ListPage = {
  readonly data: Record<string, unknown>[];
  readonly totals: ListTotals[];
  readonly next_cursor: string | null;
};

export type PageWish = { readonly wish: ListWish; readonly cursor?: string; readonly limit: number };

type Row = Record<string, unknown> & { sort_key: bigint; sort_id: string };

/**
 * One page of a list. A page costs the same wherever it is; the sums are taken with the first and go along in the cursor. Throws
 * request-not-possible for a cursor that does not belong to what is asked.
 */
export async function runList(db: Database, timeZone: string, list: List, { wish, cursor, limit }: PageWish): Promise<ListPage> {
  const query = list.query(wish, timeZone);
  const given = cursor === undefined ? undefined : readCursor(cursor, list.name, wish);
  const rows = await readRows(db, query, given, limit + 1);
  const totals = given?.totals ?? (await readTotals(db, query));
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    data: rows.slice(0, limit).map(({ sort_key, sort_id, ...row }) => row),
    totals,
    next_cursor: last ? writeCursor({ key: last.sort_key, id: last.sort_id, totals }, list.name, wish) : null,
  };
}

async function readRows(db: Database, query: ListQuery, after: Cursor | undefined, most: number): Promise<Row[]> {
  const { rows, columns, by, id, conditions } = query;
  const selected = Object.entries(columns).map(([name, value]) => sql`${value} as ${sql.ref(name)}`);
  const older = after ? [sql`(${by.value}, ${id}) < (${fromKey(by.kind, after.key)}, ${after.id}::text)`] : [];
  const statement = sql<Row>`
    select ${sql.join(selected)}, ${toKey(by)} as sort_key, ${id} as sort_id
    from ${rows}
    where ${allOf([sql`${by.value} is not null`, ...conditions, ...older])}
    order by ${by.value} desc, ${id} desc
    limit ${most}`;
  return (await statement.execute(db)).rows;
}

async function readTotals(db: Database, { rows, by, conditions, sums }: ListQuery): Promise<ListTotals[]> {
  const none = sql`null::text`;
  const summed = sumNames.map((name) => {
    const value = sums[name];
    return value ? sql`coalesce(sum(${value}), 0)::bigint as ${sql.ref(name)}` : sql`null::bigint as ${sql.ref(name)}`;
  });
  const statement = sql<ListTotals>`
    select ${sums.currency ?? none} as currency, ${sums.settlementCurrency ?? none} as settlement_currency,
      count(*) as count, ${sql.join(summed)}
    from ${rows}
    where ${allOf([sql`${by.value} is not null`, ...conditions])}
    group by 1, 2
    order by 1, 2`;
  return (await statement.execute(db)).rows;
}

function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join(conditions, sql` and `);
}

/** A whole number that says exactly where a row stands: microseconds or days since 1970, or the number itself. */
function toKey({ kind, value }: SortKey): RawBuilder<unknown> {
  switch (kind) {
    case 'instant':
      return sql`(extract(epoch from ${value}) * 1000000)::bigint`;
    case 'day':
      return sql`(${value} - date '1970-01-01')::bigint`;
    case 'number':
      return value;
  }
}

function fromKey(kind: SortKey['kind'], key: bigint): RawBuilder<unknown> {
  switch (kind) {
    case 'instant':
      return sql`(timestamptz '1970-01-01 00:00:00+00' + ${key}::bigint * interval '1 microsecond')`;
    case 'day':
      return sql`(date '1970-01-01' + ${key}::int)`;
    case 'number':
      return sql`${key}::bigint`;
  }
}
