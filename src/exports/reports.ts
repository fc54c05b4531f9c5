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

/** What may be asked of a report. */
type Asked = { bases: readonly Basis[]; filters: readonly Filter[]; statuses?: readonly string[] };

const giftStatuses = ['pending', 'processing', 'succeeded', 'failed', 'expired'];
const subscriptionStatuses = [
  ...['pending', 'expired', 'incomplete', 'incomplete_expired', 'trialing', 'active', 'past_due'],
  ...['canceled', 'unpaid', 'paused'],
];
const ofJournals: Asked = { bases: [], filters: ['currency', 'as_of', 'cursor'] }; // by booked_on
const ofGifts: Asked = { bases: ['paid'], filters: ['currency', 'article', 'campaign'] };

const reports: ReadonlyMap<string, Report> = new Map(
  [
    describe('donations', { bases, filters: ['status', 'currency', 'article', 'campaign'], statuses: giftStatuses }),
    describe('ledger', ofJournals, { journal: statement('ledger-journal') }),
    describe('trial-balance', ofJournals),
    describe('fees', ofJournals),
    describe('payouts', ofJournals),
    describe('subscriptions', {
      bases: ['created'],
      filters: ['status', 'currency', 'article', 'campaign'],
      statuses: subscriptionStatuses,
    }),
    describe('donors', ofGifts),
    describe('receipts', { bases: ['created'], filters: ['currency'] }),
    describe('articles', ofGifts),
    describe('signups', { bases: ['created'], filters: ['status', 'article'], statuses: ['pending', 'confirmed', 'left'] }),
  ].map((report) => [report.name, report]),
);

/** The report of a name, if there is one. */
export function findReport(name: string): Report | undefined {
  return reports.get(name);
}

/** The names of all reports. */
export function reportNames(): string[] {
  return [...reports.keys()];
}

/** A report whose statements are `sql/exports/{name}.sql` and `{name}-totals.sql`. */
function describe(name: string, { bases, filters, statuses = [] }: Asked, more: Report['rows'] = {}): Report {
  const rows = { csv: statement(name), jsonl: withoutGuard(statement(name)), ...more };
  return { name, bases, filters, statuses, rows, totals: statement(`${name}-totals`) };
}

function statement(name: string): string {
  return readFileSync(new URL(`../../sql/exports/${name}.sql`, import.meta.url), 'utf8');
}

/** JSON has no formulas: there texts stay as they are. */
function withoutGuard(text: string): string {
  return text.replaceAll('export_text(', '(');
}
