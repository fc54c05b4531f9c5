// `node scripts/schema.ts [--url postgres://…]`: writes sql/schema.sql, all our tables as they are after the last migration.
import { writeFileSync } from 'node:fs';
import type pg from 'pg';
import { withMigratedDatabase } from './migrated-database.ts';
import { type Part, readParts } from './schema-catalog.ts';

const header = `-- Our whole database as it is after the last migration, in the order in which it came to be.
-- Written from Postgres's own catalogs by \`node scripts/schema.ts\`: change it by a migration. The queue's and the migrator's own
-- tables are not here.
`;

/** The text of sql/schema.sql for this database. It runs as it is on an empty database, and says every comment beside its subject. */
export async function schemaText(pool: pg.Pool): Promise<string> {
  const parts = await readParts(pool);
  return `${[header, ...parts.map(toSql)].join('\n')}`;
}

function toSql(part: Part): string {
  const comment = part.comment ? `${wrap(part.comment)}\n` : '';
  if (part.kind !== 'table') {
    return `${comment}${part.sql};\n`;
  }
  const lines = [
    ...part.columns.map(({ sql, comment: text }) => ({ sql, text })),
    ...part.constraints.map((sql) => ({ sql, text: null })),
  ];
  const body = lines.map(({ sql, text }, index) => {
    const end = index < lines.length - 1 ? ',' : '';
    return `${text ? `${wrap(text, '  ')}\n` : ''}  ${fold(sql)}${end}`;
  });
  const indexes = part.indexes.map((sql) => `${fold(sql)};\n`).join('');
  return `${comment}create table ${part.name} (\n${body.join('\n')}\n);\n${indexes}`;
}

/** Breaks lines that are wider than this repository's, after a comma or before a word that begins a part. */
function fold(sql: string): string {
  const breaks = /, (?='[^']+'[,)])| (?=(?:case|else|or) )/g;
  return sql
    .split('\n')
    .map((line) => {
      const last = line.length <= 125 ? undefined : [...line.matchAll(breaks)].filter(({ index }) => index < 120).at(-1);
      return last
        ? `${line.slice(0, last.index + last[0].length).trimEnd()}\n    ${fold(line.slice(last.index + last[0].length))}`
        : line;
    })
    .join('\n');
}

/** A comment in lines of at most 120 characters. */
function wrap(text: string, indent = ''): string {
  const lines = [''];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1)!;
    if (line.length + word.length > 120) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = line ? `${line} ${word}` : word;
    }
  }
  return lines.map((line) => `${indent}-- ${line}`).join('\n');
}

if (import.meta.main) {
  writeFileSync(new URL('../sql/schema.sql', import.meta.url), await withMigratedDatabase(schemaText));
}
