import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fillStatement, type StatementValues } from '../../src/db/fill-statement.ts';
import { keepBooks } from '../support/books.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { bookASpring, lock, quay } from '../support/story-of-a-spring.ts';

const folder = new URL('../../sql/finance/', import.meta.url);
const asked = new Set<string>();

describe('what an accountant asks', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
    await bookASpring(keepBooks(database.db));
  });
  afterAll(() => database.close());

  const ask = async (name: string, values: StatementValues = {}) => {
    asked.add(name);
    const { rows } = await database.pool.query({
      text: fillStatement(readFileSync(new URL(`${name}.sql`, folder), 'utf8'), values),
      rowMode: 'array',
    });
    return rows;
  };

  test('what every account holds at the end of March', async () => {
    expect(await ask('balance-of-accounts', { before: '2026-04-01' })).toEqual([
      ['donations', 'eur', '-35.00'],
      ['stripe_balance', 'eur', '33.97'],
      ['stripe_fees', 'eur', '1.03'],
    ]);
  });

  test('what every account holds in the end', async () => {
    const rows = (await ask('balance-of-accounts', { before: undefined })) as string[][];
    expect(rows.filter(([, currency]) => currency === 'eur')).toEqual([
      ['bank', 'eur', '20.00'],
      ['donations', 'eur', '-65.40'],
      ['refunds', 'eur', '22.15'],
      ['stripe_balance', 'eur', '20.71'],
      ['stripe_fees', 'eur', '2.54'],
    ]);
    for (const currency of ['eur', 'jpy', 'bhd']) {
      const sum = rows.filter((row) => row[1] === currency).reduce((total, row) => total + Math.round(Number(row[2]) * 1000), 0);
      expect(sum).toBe(0);
    }
  });

  test('which articles brought what, month by month', async () => {
    expect(await ask('income-by-month-and-article', { from: '2026-03-01', before: '2026-05-01' })).toEqual([
      ['2026-03', lock, 'eur', 1n, '25.00', '0.00', '25.00'],
      ['2026-03', quay, 'eur', 1n, '10.00', '0.00', '10.00'],
      ['2026-04', '', 'bhd', 1n, '1.230', '0.000', '1.230'],
      ['2026-04', quay, 'eur', 2n, '23.40', '10.00', '13.40'],
      ['2026-04', lock, 'eur', 1n, '7.00', '3.00', '4.00'],
      ['2026-04', '', 'jpy', 1n, '1500', '0', '1500'],
    ]);
  });

  test('what Stripe kept, month by month', async () => {
    expect(await ask('fees-by-month', { from: undefined, before: undefined })).toEqual([
      ['2026-03', 'eur', '1.03', '0.00', '35.00', '2.94'],
      ['2026-04', 'bhd', '0.050', '0.000', '1.230', '4.07'],
      ['2026-04', 'eur', '1.51', '0.00', '30.40', '4.97'],
      ['2026-04', 'jpy', '54', '0', '1500', '3.60'],
    ]);
  });

  test('which gifts are paid and not settled', async () => {
    const rows = (await ask('gifts-not-settled')) as unknown[][];
    expect(rows.map((row) => [row[2], row[3]])).toEqual([['eur', '9.00']]);
  });

  test('what went back to donors, month by month', async () => {
    expect(await ask('refunds-by-month', { from: '2026-01-01', before: '2027-01-01' })).toEqual([
      ['2026-04', 'eur', 2n, 0n, '13.00'],
      ['2026-05', 'eur', 1n, 0n, '9.15'],
    ]);
  });

  test('is asked here with every file', () => {
    const files = readdirSync(folder).map((name) => name.replace(/\.sql$/, ''));
    expect([...asked].sort()).toEqual(files.sort());
  });
});
