import { z } from 'zod';
import { toAskedArticle } from '../article-address.ts';
import { isCurrency } from '../currency.ts';
import { AppError, type FieldError } from '../errors.ts';
import { isDay, isTimeZone } from '../period.ts';
import { type Format, formats } from './formats.ts';
import { type Basis, bases, type Filter, findReport, type Report, reportNames } from './reports.ts';

/** What is asked for, checked: days as YYYY-MM-DD, positions of the journal as digits. */
export type ExportRequest = {
  readonly report: Report;
  readonly format: Format;
  /** Absent where the report goes by a day of its own. */
  readonly basis: Basis | undefined;
  /** The time zone in which days begin and instants are written. */
  readonly tz: string;
  readonly from?: string;
  readonly before?: string;
} & { readonly [name in Filter]?: string };

const text = z.string({ error: 'must be given once' }).min(1, 'must not be empty').max(2000, 'is too long');
const day = text.refine(isDay, 'must be a day such as 2026-01-31');
const position = text.regex(/^\d{1,18}$/, 'must be a position in the journal, such as 1200');

/** Every parameter of any report, as they stand in an address; `as_of` and `cursor` are positions in the journal. */
export const parameters = z.strictObject({
  from: day.optional(),
  before: day.optional(),
  basis: text.refine((name) => bases.includes(name as Basis), `must be one of ${bases.join(', ')}`).optional(),
  tz: text.refine(isNamedZone, 'must be a time zone such as Europe/Berlin').optional(),
  format: text.refine((name) => formats.includes(name as Format), `is not there yet; there is ${formats.join(', ')}`).optional(),
  status: text.optional(),
  currency: text.toLowerCase().refine(isCurrency, 'must be a currency such as eur').optional(),
  article: text.optional(),
  campaign: text.optional(),
  as_of: position.optional(),
  cursor: position.optional(),
});

/** The names of all parameters. */
export const parameterNames = Object.keys(parameters.shape);

/**
 * Reads what is asked of a report; `timeZone` is the newsroom's. Throws an AppError: `export-not-found` for a report that there is not,
 * `export-not-possible` that points at every parameter that is wrong or that the report does not take.
 */
export function readExportRequest(reportName: string, given: unknown, timeZone: string): ExportRequest {
  const report = findReport(reportName);
  if (!report) {
    throw new AppError('export-not-found', `There is no such report. There are ${reportNames().join(', ')}.`);
  }
  const parsed = parameters.safeParse(given);
  const errors = parsed.success
    ? notTakenBy(report, parsed.data)
    : parsed.error.issues.flatMap(toFieldErrors).filter(isFirstOfItsPointer);
  if (!parsed.success || errors.length > 0) {
    throw new AppError('export-not-possible', 'Some parameters are wrong.', { errors });
  }
  const { basis, format, tz, article, ...rest } = parsed.data;
  return {
    ...rest,
    ...(article !== undefined && { article: toAskedArticle(article) }),
    report,
    basis: (basis as Basis | undefined) ?? report.bases[0],
    format: (format as Format | undefined) ?? 'csv',
    tz: tz ?? timeZone,
  };
}

/** What has the right form, but not for this report. */
function notTakenBy(report: Report, given: z.output<typeof parameters>): FieldError[] {
  const errors: FieldError[] = [];
  const refuse = (name: string, detail: string) => errors.push({ pointer: `/${name}`, detail });
  for (const filter of ['status', 'currency', 'article', 'campaign', 'as_of', 'cursor'] as const) {
    if (given[filter] !== undefined && !report.filters.includes(filter)) {
      refuse(filter, `the report ${report.name} does not take it`);
    }
  }
  if (given.format && !report.rows[given.format as Format]) {
    refuse('format', `is not there for this report; there is ${Object.keys(report.rows).join(', ')}`);
  }
  if (given.basis && !report.bases.includes(given.basis as Basis)) {
    refuse(
      'basis',
      report.bases.length ? `must be ${report.bases.join(', ')} in this report` : 'this report goes by the day of booking',
    );
  }
  if (given.status && report.filters.includes('status') && !report.statuses.includes(given.status)) {
    refuse('status', `must be one of ${report.statuses.join(', ')}`);
  }
  if (given.from && given.before && given.from >= given.before) {
    refuse('before', 'must be a later day than from: it is the first day that is not in the report');
  }
  if ([given.article, given.campaign].some((value) => value?.includes('\0'))) {
    refuse(given.article?.includes('\0') ? 'article' : 'campaign', 'must not hold a NUL character');
  }
  return errors;
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.slice(0, 20).map((key) => ({ pointer: `/${escapePointer(key)}`, detail: 'is not a parameter we know' }));
  }
  return [{ pointer: `/${issue.path.map(String).join('/')}`, detail: issue.message }];
}

/** One word on each parameter is enough: what is empty is no day either. */
function isFirstOfItsPointer({ pointer }: FieldError, index: number, all: FieldError[]): boolean {
  return all.findIndex((error) => error.pointer === pointer) === index;
}

/** RFC 6901. */
function escapePointer(key: string): string {
  return key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
}

/** Names only: Postgres reads an offset such as +02:00 the other way round. */
function isNamedZone(name: string): boolean {
  return /^[A-Za-z][\w+/-]*$/.test(name) && isTimeZone(name);
}
