import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillStatement } from '../../src/db/fill-statement.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';

describe('values put into a statement', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test('arrive in Postgres as they are, whatever they hold', async () => {
    const hostile = fc.string({
      unit: fc.constantFrom("'", '"', '\\', ';', '-', '/', '*', '$', ':', 'a', '\n', 'é', '%', '(', ')'),
    });
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (one, other) => {
        const { rows } = await database.pool.query(
          fillStatement("select :'one'::text as one, :'other'::text as other -- :'nothing'", { one, other }),
        );
        expect(rows).toEqual([{ one, other }]);
      }),
      { numRuns: 200 },
    );
  });

  test('are not looked through for placeholders', () => {
    expect(fillStatement("select :'a', :'b'", { a: ":'b'", b: 'x' })).toBe("select ':''b''', 'x'");
  });

  test('are empty where there is none', () => {
    expect(fillStatement("select :'a'", { a: undefined })).toBe("select ''");
  });

  test('must fit the statement', () => {
    expect(() => fillStatement("select :'a'", {})).toThrow(/needs a value a/);
    expect(() => fillStatement('select 1', { a: 'x' })).toThrow(/has no value a/);
    expect(() => fillStatement("select 1 -- :'a'", { a: 'x' })).toThrow(/has no value a/);
    expect(() => fillStatement("select :'a'", { a: 'x\0y' })).toThrow(/NUL/);
    expect(() => fillStatement("select :'toString'", {})).toThrow(/needs a value toString/);
  });
});
