import { describe, expect, test } from 'vitest';
import { shareStatements } from '../../src/db/share-statements.ts';

/** A database that answers when it is told to, and remembers what it was asked. */
function openDatabase() {
  const asked: { rows: readonly string[]; answer(): void; fail(error: unknown): void }[] = [];
  const write = (rows: readonly string[]) =>
    new Promise<string[]>((resolve, reject) => {
      asked.push({ rows, answer: () => resolve(rows.map((row) => `${row} is kept`)), fail: reject });
    });
  const whenAsked = async (times: number) => {
    while (asked.length < times) await new Promise((resolve) => setImmediate(resolve));
    return asked[times - 1]!;
  };
  return { asked, write, whenAsked };
}

describe('rows that share statements', () => {
  test('are written at once while they come slowly, together when they pile up', async () => {
    const { asked, write, whenAsked } = openDatabase();
    const store = shareStatements(write, () => false);
    const first = store('a');
    const one = await whenAsked(1);
    const second = store('b');
    const two = await whenAsked(2);
    const rest = ['c', 'd', 'e'].map(store);
    two.answer();
    expect(await second).toBe('b is kept');
    (await whenAsked(3)).answer();
    expect(await Promise.all(rest)).toEqual(['c is kept', 'd is kept', 'e is kept']);
    one.answer();
    expect(await first).toBe('a is kept');
    expect(asked.map(({ rows }) => rows)).toEqual([['a'], ['b'], ['c', 'd', 'e']]);
  });

  test('fail alone where one of them cannot be written', async () => {
    const store = shareStatements<string, string>(
      async (rows) => {
        if (rows.includes('bad')) throw new Error('bad');
        return [...rows];
      },
      () => false,
    );
    const results = await Promise.allSettled(['a', 'bad', 'b'].map(store));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('are not tried one by one while the database is away', async () => {
    let tries = 0;
    const store = shareStatements<string, string>(
      async () => {
        tries += 1;
        throw new Error('away');
      },
      () => true,
    );
    const results = await Promise.allSettled(['a', 'b', 'c'].map(store));
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(tries).toBe(1);
  });
});
