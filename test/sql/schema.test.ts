import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { schemaText } from '../../scripts/schema.ts';
import { createPool } from '../../src/db/database.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

const checkedIn = readFileSync(new URL('../../sql/schema.sql', import.meta.url), 'utf8');

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('schema.sql is what the migrations make (else run `node scripts/schema.ts`)', async () => {
  expect(checkedIn).toBe(await schemaText(database.pool));
});

test('schema.sql makes the same database where there was none', async () => {
  await database.pool.query('create database from_schema template template0');
  const url = new URL(database.url);
  url.pathname = '/from_schema';
  const pool = createPool(url.href, { name: 'test', max: 2 });
  try {
    await pool.query(checkedIn);
    expect(await schemaText(pool)).toBe(withoutComments(checkedIn));
  } finally {
    await pool.end();
    await database.pool.query('drop database from_schema with (force)');
  }
});

test('says what every table is for', () => {
  const tables = checkedIn
    .split('\n')
    .flatMap((line, index, lines) => (line.startsWith('create table') ? [[line, lines[index - 1]]] : []));
  expect(tables.length).toBeGreaterThan(15);
  expect(tables.filter(([, before]) => !before?.startsWith('-- '))).toEqual([]);
});

test('shows neither the queue nor the migrator', () => {
  expect(checkedIn).not.toMatch(/graphile|gratis_migration|_private/);
});

/** Comments of this file are no comments of the database that it makes; its own header stays. */
function withoutComments(sql: string): string {
  const [header, ...rest] = sql.split('\n\n');
  return [header, ...rest.map((part) => part.replace(/^ *-- .*\n/gm, ''))].join('\n\n');
}
