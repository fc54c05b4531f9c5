import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvLines, plainLines } from '../../src/exports/counted-lines.ts';

/** A table as Postgres's COPY writes it: LF after every record, quotes only where they are needed. */
function copied(table: string[][]): string {
  return table
    .map(
      (row) =>
        `${row.map((cell) => (/[",\r\n]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`,
    )
    .join('');
}

describe('lines of RFC 4180', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', '\n', '\r', ',', 'ä'), maxLength: 6 });
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

  test('end with CR LF, wherever the chunks are cut, and cells keep their own line feeds', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 7 }), (rows, size) => {
        const lines = csvLines();
        const bytes = Buffer.from(copied(rows));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          lines.write(bytes.subarray(index * size, (index + 1) * size)),
        );
        const text = Buffer.concat(chunks).toString();
        expect(parse(text, { record_delimiter: '\r\n', relax_column_count: true })).toEqual(rows);
        expect(text.endsWith('\r\n')).toBe(true);
        expect(lines.rows).toBe(rows.length - 1);
      }),
    );
  });
});

describe('plain lines', () => {
  test('stay as they are and are counted by how they begin, wherever the chunks are cut', () => {
    const line = fc.constantFrom('    entry', '2026-01-01 journal', '');
    fc.assert(
      fc.property(fc.array(line), fc.integer({ min: 1, max: 7 }), (all, size) => {
        const bytes = Buffer.from(all.map((text) => `${text}\n`).join(''));
        const entries = plainLines((first) => first === ' ');
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          entries.write(bytes.subarray(index * size, (index + 1) * size)),
        );
        expect(Buffer.concat(chunks)).toEqual(bytes);
        expect(entries.rows).toBe(all.filter((text) => text.startsWith(' ')).length);
      }),
    );
  });
});
