import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tableTypes } from '../../scripts/tables.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test('tables.ts is what the migrations make (else run `node scripts/tables.ts`)', async () => {
  const checkedIn = readFileSync(new URL('../../src/db/tables.ts', import.meta.url), 'utf8');
  expect(checkedIn).toBe(await tableTypes(database.pool));
  expect(checkedIn.split('\n')[0]).toContain('node scripts/tables.ts');
});
