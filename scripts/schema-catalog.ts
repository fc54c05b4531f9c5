import type pg from 'pg';

/** One thing of the database; `sql` is its definition in lower case without a semicolon. */
export type Part =
  | { kind: 'sequence' | 'function' | 'trigger' | 'view'; comment: string | null; sql: string }
  | { kind: 'table'; comment: string | null; name: string; columns: Column[]; constraints: string[]; indexes: string[] };

type Column = { sql: string; comment: string | null };

/** Ours: in the schema public, and not the migrator's. */
const ours = `relation.relnamespace = 'public'::regnamespace and relation.relname not like 'gratis\\_migration%'`;

const relationsQuery = `-- tables and free-standing sequences, in the order in which they were made
select relation.oid, relation.relname as name, relation.relkind as kind, obj_description(relation.oid, 'pg_class') as comment,
  format_type(seqtypid, null) as sequence_type
from pg_class relation
left join pg_sequence on seqrelid = relation.oid
where ${ours} and relation.relkind in ('r', 'p', 'S')
  and not exists (select from pg_depend where classid = 'pg_class'::regclass and objid = relation.oid and deptype in ('a', 'i'))`;

const columnsQuery = `-- columns of all tables
select attrelid as oid, quote_ident(attname) as name, format_type(atttypid, atttypmod) as type, attnotnull as required,
  pg_get_expr(adbin, adrelid, true) as value, attgenerated as generated, attidentity as identity,
  col_description(attrelid, attnum) as comment
from pg_attribute
join pg_class relation on relation.oid = attrelid
left join pg_attrdef on adrelid = attrelid and adnum = attnum
where ${ours} and relation.relkind in ('r', 'p') and attnum > 0 and not attisdropped
order by attrelid, attnum`;

const constraintsQuery = `-- primary keys, uniques, foreign keys and checks; those of one column are said beside it
select conrelid as oid, contype as kind, conname as name, pg_get_constraintdef(constraint_.oid, true) as definition,
  (select quote_ident(attname) from pg_attribute where attrelid = conrelid and attnum = conkey[1] and cardinality(conkey) = 1) as column
from pg_constraint constraint_
join pg_class relation on relation.oid = conrelid
where ${ours} and contype in ('p', 'u', 'f', 'c')
order by conrelid, array_position(array['p', 'u', 'f', 'c'], contype::text), constraint_.oid`;

const indexesQuery = `-- indexes that no constraint stands behind
select indrelid as oid, pg_get_indexdef(indexrelid) as definition
from pg_index
join pg_class relation on relation.oid = indrelid
where ${ours} and not exists (select from pg_constraint where conindid = indexrelid)
order by indexrelid`;

const functionsQuery = `-- functions that no extension brought
select case when provolatile = 'i' then 0 else function.oid end as oid, pg_get_functiondef(function.oid) as definition, obj_description(function.oid, 'pg_proc') as comment
from pg_proc function
where pronamespace = 'public'::regnamespace
  and not exists (select from pg_depend where classid = 'pg_proc'::regclass and objid = function.oid and deptype = 'e')
order by function.oid`;

const triggersQuery = `-- triggers that we wrote
select trigger.oid, pg_get_triggerdef(trigger.oid, true) as definition, obj_description(trigger.oid, 'pg_trigger') as comment
from pg_trigger trigger
join pg_class relation on relation.oid = tgrelid
where ${ours} and not tgisinternal`;

/**
 * Everything of ours in a database, in the order in which it was made (object ids count upwards); but first functions that read no
 * table, as indexes may be made by them.
 */
export async function readParts(pool: pg.Pool): Promise<Part[]> {
  const read = async (query: string) => (await pool.query(query)).rows;
  const [columns, constraints, indexes] = [await read(columnsQuery), await read(constraintsQuery), await read(indexesQuery)];
  const placed = [
    ...(await read(relationsQuery)).map((row) => ({
      oid: Number(row.oid),
      part: row.kind === 'S' ? toSequence(row) : toTable(row, of(row, columns), of(row, constraints), of(row, indexes)),
    })),
    ...(await read(functionsQuery)).map((row) => ({ oid: Number(row.oid), part: toFunction(row) })),
    ...(await read(triggersQuery)).map((row) => ({ oid: Number(row.oid), part: toTrigger(row) })),
  ];
  return placed.sort((one, other) => one.oid - other.oid).map(({ part }) => part);
}

type Row = Record<string, string>;

const of = (table: Row, rows: Row[]) => rows.filter((row) => row.oid === table.oid);

function toSequence(row: Row): Part {
  const type = row.sequence_type === 'bigint' ? '' : ` as ${row.sequence_type}`;
  return { kind: 'sequence', comment: row.comment ?? null, sql: `create sequence ${row.name}${type}` };
}

function toFunction(row: Row): Part {
  return {
    kind: 'function',
    comment: row.comment ?? null,
    sql: tidy(row.definition!)
      .replace(/^create or replace/, 'create')
      .trimEnd(),
  };
}

function toTrigger(row: Row): Part {
  return { kind: 'trigger', comment: row.comment ?? null, sql: tidy(row.definition!).replace(' for each', '\n  for each') };
}

function toTable(row: Row, columns: Row[], constraints: Row[], indexes: Row[]): Part {
  const beside = (column: Row) =>
    constraints.filter((constraint) => constraint.column === column.name && isUnnamed(row, constraint));
  const rest = constraints.filter((constraint) => !constraint.column || !isUnnamed(row, constraint));
  return {
    kind: 'table',
    comment: row.comment ?? null,
    name: row.name!,
    columns: columns.map((column) => ({ sql: toColumn(column, beside(column)), comment: column.comment ?? null })),
    constraints: rest.map(
      (constraint) => (isUnnamed(row, constraint) ? '' : `constraint ${constraint.name} `) + tidy(constraint.definition!),
    ),
    indexes: indexes.map((index) => tidy(index.definition!)),
  };
}

function toColumn(column: Row, constraints: Row[]): string {
  const isKey = constraints.some(({ kind }) => kind === 'p');
  const value = column.value ? tidy(column.value).replace(/\s+/g, ' ') : '';
  return [
    column.name,
    tidy(column.type!),
    column.required && !isKey && !column.identity && 'not null',
    column.identity && `generated ${column.identity === 'a' ? 'always' : 'by default'} as identity`,
    column.generated ? `generated always as (${value}) stored` : value && `default ${value}`,
    ...constraints.map(({ kind, definition }) => besideColumn(kind!, tidy(definition!))),
  ]
    .filter(Boolean)
    .join(' ');
}

/** `primary key (id)` beside its column is `primary key`. */
function besideColumn(kind: string, definition: string): string {
  if (kind === 'f') return definition.replace(/^foreign key \([^)]*\) /, '');
  return kind === 'c' ? definition : definition.replace(/ \([^)]*\)$/, '');
}

/** Whether Postgres gave it its name, so that it needs not be said. */
function isUnnamed(table: Row, { name }: Row): boolean {
  return new RegExp(`^${table.name}_(\\w+_)?(pkey|key|fkey|check)\\d*$`).test(name!);
}

/** Postgres's spelling in ours: lower case outside quotes and bodies, lists as `in (…)`, no casts of literals, no schema. */
function tidy(sql: string): string {
  const [head = '', ...body] = sql.split(/(?=\$function\$)/);
  const text = head.replace(/'(?:[^']|'')*'|"[^"]*"|[^'"]+/g, (part) => (/^['"]/.test(part) ? part : part.toLowerCase()));
  const tidied = text
    .replace(/('(?:[^']|'')*')::(?:text|jsonb)\b/g, '$1')
    .replace(/= any \(array\[([^\]]*)\]\)/g, 'in ($1)')
    .replace(/<> all \(array\[([^\]]*)\]\)/g, 'not in ($1)')
    .replace(/\b(references \w+)\(/g, '$1 (')
    .replace(/ where \(([^()]*)\)$/, ' where $1')
    .replace(/\bpublic\./g, '')
    .replace(/ using btree/g, '')
    .replace(/timestamp with time zone/g, 'timestamptz')
    .replace(/^ (?=\S)/gm, '');
  return tidied + body.join('');
}
