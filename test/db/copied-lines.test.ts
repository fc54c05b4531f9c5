import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { copiedLines, type LineRules } from '../../src/db/copied-lines.ts';

/** A message of the protocol: its kind, its length with the four bytes that tell it, and what it carries. */
function message(kind: string, content = ''): Buffer {
  const bytes = Buffer.from(`${kind}0000${content}`);
  bytes.writeUInt32BE(bytes.length - 1, 1);
  return bytes;
}

/** What a COPY sends, in chunks of some size: a notice and an empty message among the rows, and what pg goes on with. */
function read(rules: LineRules, rows: string[], size: number): { text: string; rows: number; rest: Buffer } {
  const lines = copiedLines(rules);
  const end = [message('c'), message('C', 'COPY 1\0')];
  const sent = Buffer.concat([
    message('H', '012'),
    ...rows.map((row) => message('d', row)),
    message('N', 'x'),
    message('S'),
    ...end,
  ]);
  const pieces: Buffer[] = [];
  let counted = 0;
  const keep = () => {
    const piece = lines.piece();
    pieces.push(Buffer.from(piece.bytes));
    counted = piece.rows;
  };
  let rest = sent;
  while (rest.length > 0 && !lines.isOver) {
    const chunk = rest.subarray(0, size);
    const at = lines.take(chunk, 0);
    rest = rest.subarray(at);
    if (lines.isFull || lines.isOver) keep();
  }
  return { text: Buffer.concat(pieces).toString(), rows: counted, rest };
}

/** A row as Postgres's COPY writes it: LF at its end, quotes only where they are needed. */
function copied(row: string[]): string {
  return `${row.map((cell) => (/[",\r\n]/.test(cell) || cell === '' ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}

describe('lines of RFC 4180', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '"', '\n', '\r', ',', 'ä'), maxLength: 6 });
  const table = fc
    .integer({ min: 1, max: 4 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

  test('end with CR LF, wherever the chunks are cut, and cells keep their own line feeds', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 7 }), (rows, size) => {
        const csv: LineRules = { crlf: true, isRow: (_first, before) => before > 0 };
        const { text, rows: counted } = read(csv, rows.map(copied), size);
        expect(parse(text, { record_delimiter: '\r\n', relax_column_count: true })).toEqual(rows);
        expect(text.endsWith('\r\n')).toBe(true);
        expect(counted).toBe(rows.length - 1);
      }),
    );
  });
});

describe('plain lines', () => {
  const plain: LineRules = { crlf: false, isRow: (first) => first === 0x20 };

  test('stay as they are and are counted by how they begin, wherever the chunks are cut', () => {
    const line = fc.constantFrom('    entry\n', '2026-01-01 journal\n', '\n');
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.integer({ min: 1, max: 7 }), (all, size) => {
        const { text, rows } = read(plain, all, size);
        expect(text).toBe(all.join(''));
        expect(rows).toBe(all.filter((one) => one.startsWith(' ')).length);
      }),
    );
  });

  test('may be longer than any piece; what ends them is left for others', () => {
    const long = ` ${'ä'.repeat(100_000)}\n`;
    const { text, rows, rest } = read(plain, [long, 'short\n', long], 60_000);
    expect(text).toBe(`${long}short\n${long}`);
    expect(rows).toBe(2);
    expect(rest.toString('latin1')).toMatch(/^c.{4}C.{4}COPY 1\0$/s);
  });
});
