import { readFileSync } from 'node:fs';
import type { Format } from './formats.ts';

/** Which instant of a gift the period and the order of a report go by. */
export const bases = ['paid', 'created', 'available', 'payout'] as const;
export type Basis = (typeof bases)[number];

/** Parameters that only some reports take. */
export type Filter = 'status' | 'currency' | 'article' | 'campaign' | 'as_of' | 'cursor';

/** One report: its statements, and what may be asked of it. */
export type Report = {
  readonly name: string;
  /** The first is taken where none is named; none: the report goes by a day of its own. */
  readonly bases: readonly Basis[];
  readonly filters: readonly Filter[];
  readonly statuses: readonly string[];
  /** What gives the rows in each format that there is; values are put in by fillStatement. */
  readonly rows: { readonly [format in Format]?: string };
  /** Sums over the same rows, one row a group with a `count`; in minor units. */
  readonly totals: string;
};

export type ReportName = 'donations' | 'ledger' | 'signups';

const reports: Record<ReportName, Report> = {
  donations: {
    name: 'donations',
    bases,
    filters: ['status', 'currency', 'article', 'campaign'],
    statuses: ['pending', 'processing', 'succeeded', 'failed', 'expired'],
    rows: { csv: statement('donations'), jsonl: withoutGuard(statement('donations')) },
    totals: statement('donations-totals'),
  },
  ledger: {
    name: 'ledger',
    bases: [], // by booked_on
    filters: ['currency', 'as_of', 'cursor'],
    statuses: [],
    rows: { csv: statement('ledger'), jsonl: withoutGuard(statement('ledger')), journal: statement('ledger-journal') },
    totals: statement('ledger-totals'),
  },
  signups: {
    name: 'signups',
    bases: ['created'],
    filters: ['status', 'article'],
    statuses: ['pending', 'confirmed', 'left'],
    rows: { csv: statement('signups'), jsonl: withoutGuard(statement('signups')) },
    totals: statement('signups-totals'),
  },
};

/** The report of a name, if there is one. */
export function findReport(name: string): Report | undefined {
  return Object.hasOwn(reports, name) ? reports[name as ReportName] : undefined;
}

/** The names of all reports. */
export function reportNames(): string[] {
  return Object.keys(reports);
}

function statement(name: string): string {
  return readFileSync(new URL(`../../sql/exports/${name}.sql`, import.meta.url), 'utf8');
}

/** JSON has no formulas: there texts stay as they are. */
function withoutGuard(text: string): string {
  return text.replaceAll('export_text(', '(');
}
