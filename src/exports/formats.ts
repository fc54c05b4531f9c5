import type { LineRules } from '../db/copied-lines.ts';

/** The formats that there are. */
export const formats = ['csv', 'jsonl', 'journal'] as const;
export type Format = (typeof formats)[number];

/** How rows become a file. */
export type FileFormat = {
  readonly contentType: string;
  /** The COPY that gives the bytes of the file for a SELECT; `isFirst`: the file begins with it. */
  copy(select: string, isFirst: boolean): string;
  lines(isFirst: boolean): LineRules;
};

const space = 0x20;

/** Each row as it is: quote and delimiter are control characters that no row holds. */
const raw = "format csv, quote e'\\x01', delimiter e'\\x02'";

const fileFormats: Record<Format, FileFormat> = {
  csv: {
    contentType: 'text/csv; charset=utf-8; header=present',
    copy: (select, isFirst) => `copy (${select}) to stdout (format csv, header ${isFirst})`,
    lines: (isFirst) => ({ crlf: true, isRow: (_first, before) => before > 0 || !isFirst }), // before them all is the header
  },
  // Every amount is a decimal in quotes, as in CSV.
  jsonl: {
    contentType: 'application/jsonl; charset=utf-8',
    copy: (select) => `copy (select row_to_json(report) from (${select}) as report) to stdout (${raw})`,
    lines: () => ({ crlf: false, isRow: () => true }),
  },
  // hledger's and ledger's: an entry is an indented line under the line of its journal.
  journal: {
    contentType: 'text/plain; charset=utf-8',
    copy: (select) => `copy (${select}) to stdout (${raw})`,
    lines: () => ({ crlf: false, isRow: (first) => first === space }),
  },
};

/** How a format is made. */
export function fileFormatOf(format: Format): FileFormat {
  return fileFormats[format];
}
