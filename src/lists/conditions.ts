import { type RawBuilder, sql } from 'kysely';
import { toAskedArticle } from '../article-address.ts';
import type { ListWish, SortKey } from './list.ts';

/** Columns of a table by their own names, `id` as `table.id`. */
export function columnsOf(table: string, ...names: string[]): Record<string, RawBuilder<unknown>> {
  return Object.fromEntries(names.map((name) => [name, sql.ref(`${table}.${name}`)]));
}

/** That an instant or a day lies in the period that is asked for; days begin in `timeZone`. */
export function inPeriod({ from, before }: ListWish, { kind, value }: SortKey, timeZone: string): RawBuilder<unknown>[] {
  const startOf = (day: string) =>
    kind === 'day' ? sql`${day}::date` : sql`(${day}::date::timestamp at time zone ${timeZone}::text)`;
  return [
    ...(from === undefined ? [] : [sql`${value} >= ${startOf(from)}`]),
    ...(before === undefined ? [] : [sql`${value} < ${startOf(before)}`]),
  ];
}

/** That rows of `table` have what is asked for, among these columns. */
export function having(wish: ListWish, table: string, ...filters: ('status' | 'currency' | 'campaign')[]): RawBuilder<unknown>[] {
  return filters.flatMap((name) => (wish[name] === undefined ? [] : [sql`${sql.ref(`${table}.${name}`)} = ${wish[name]}`]));
}

/** That rows of `table` are about the article that is asked for: by its address, however it was written, or by its id where `table` has one. */
export function aboutArticle({ article }: ListWish, table: string, { byId = true } = {}): RawBuilder<unknown>[] {
  if (article === undefined) {
    return [];
  }
  const asked = toAskedArticle(article);
  const isAt = sql`article_key(${sql.ref(`${table}.article_url`)}) = article_key(${asked})`;
  return [byId ? sql`(${isAt} or ${sql.ref(`${table}.article_id`)} = ${asked})` : isAt];
}
