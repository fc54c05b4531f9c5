import { describe, expect, test } from 'vitest';
import { readSources } from './sources.ts';

const longest = 200;
const generated = ['sql/schema.sql', 'src/db/tables.ts'];

/** What no file may say: that work is unfinished, and the folders of one machine. */
const forbidden = [/\b(TODO|FIXME|XXX|HACK)\b/, /\b(lorem ipsum|not implemented)\b/i, /\/tmp\//i];

describe('how files are', () => {
  const code = readSources(['src', 'webhooks', 'sql'], ['.ts', '.sql']);

  test('are at most 200 lines long', () => {
    const tooLong = Object.entries(code)
      .filter(([name]) => !generated.includes(name))
      .map(([name, text]) => ({ name, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > longest);
    expect(tooLong).toEqual([]);
  });

  test('speak of the product alone', () => {
    const all = readSources(['src', 'webhooks', 'sql', 'scripts', 'test'], ['.ts', '.mjs', '.sql', '.md', '.json', '.css']);
    const found = Object.entries(all)
      .filter(([name]) => !name.startsWith('test/structure/'))
      .flatMap(([name, text]) => text.split('\n').map((line, index) => ({ at: `${name}:${index + 1}`, word: wordIn(line) })))
      .filter(({ word }) => word !== undefined);
    expect(found).toEqual([]);
  });

  test('are named in kebab-case, migrations by number', () => {
    const odd = Object.keys(code).filter((name) => {
      const file = name.split('/').at(-1)!;
      return name.startsWith('sql/migrations/')
        ? !/^\d{4}_[a-z_]+\.sql$/.test(file)
        : !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.(ts|sql)$/.test(file);
    });
    expect(odd).toEqual([]);
  });

  test('of SQL begin with what they are', () => {
    const silent = Object.entries(code).filter(([name, text]) => name.endsWith('.sql') && !text.startsWith('-- '));
    expect(silent.map(([name]) => name)).toEqual([]);
  });
});

function wordIn(line: string): string | undefined {
  return forbidden.map((words) => words.exec(line)?.[0]).find(Boolean);
}
