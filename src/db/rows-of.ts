import { type RawBuilder, sql } from 'kysely';

/**
 * Rows of values for the `from` of a statement that many share, a column for each name, of that type. The planner does not see how many
 * they are, so that a prepared statement is planned once for all: planning anew costs more than the statement itself.
 */
export function rowsOf<Row>(rows: readonly Row[], columns: { readonly [Name in keyof Row]?: string }): RawBuilder<unknown> {
  const names = Object.keys(columns) as (keyof Row)[];
  const arrays = names.map((name) => sql`(select ${rows.map((row) => row[name])}::${sql.raw(columns[name]!)}[])`);
  return sql`unnest(${sql.join(arrays)})`;
}
