import type { Database } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { ExportRequest } from './export-parameters.ts';

/** One row of sums; amounts in minor units. */
export type Total = Record<string, string | bigint | null>;

/** What a finished export was; `sha256` in hex over exactly the bytes that were sent. */
export type Outcome = { rows: bigint; bytes: bigint; sha256: string };

/** Writes down that an export begins: who asks, for what, and how many differences stand. */
export async function insertRun(
  db: Database,
  run: { id: string; request: ExportRequest; askedBy: string; startedAt: Date; differences: number },
): Promise<void> {
  const { report, format, ...filters } = run.request;
  await db
    .insertInto('export_runs')
    .values({
      id: run.id,
      report: report.name,
      format,
      filters: JSON.stringify(filters),
      asked_by: run.askedBy,
      differences: run.differences,
      started_at: run.startedAt,
    })
    .execute();
}

/** Writes down that all of it was taken, and its sums. */
export async function finishRun(
  db: Database,
  id: string,
  { rows, bytes, sha256, totals }: Outcome & { totals: Total[] },
  finishedAt: Date,
): Promise<void> {
  await db
    .updateTable('export_runs')
    .set({ finished_at: finishedAt, row_count: rows, byte_count: bytes, sha256, totals: toJson(totals) })
    .where('id', '=', id)
    .execute();
}

/** Writes down that it broke off: what was sent is not the whole. */
export async function failRun(db: Database, id: string, failedAt: Date): Promise<void> {
  await db
    .updateTable('export_runs')
    .set({ failed_at: failedAt })
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .execute();
}

/** One run, with the differences that stood open when it began. Throws `export-not-found`. */
export async function getRun(db: Database, id: string) {
  const run = await db.selectFrom('export_runs').selectAll().where('id', '=', id).executeTakeFirst();
  if (!run) {
    throw new AppError('export-not-found', 'There is no such export run.');
  }
  const open = await db
    .selectFrom('discrepancies')
    .select(['kind', 'object_id', 'detail', 'found_at'])
    .where('found_at', '<=', run.started_at)
    .where(({ or, eb }) => or([eb('resolved_at', 'is', null), eb('resolved_at', '>', run.started_at)]))
    .orderBy('found_at')
    .orderBy('id')
    .limit(1000)
    .execute();
  return { ...run, open };
}

/** jsonb keeps all digits of a bigint; JSON.stringify alone knows none. */
function toJson(totals: Total[]): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(totals, (_key, value: unknown) => (typeof value === 'bigint' ? rawJSON(value.toString()) : value));
}
