import { AppError } from '../errors.ts';
import type { ExportRequest } from './export-parameters.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * A file up to a position is the same for ever, so that position must be there already. Throws `export-not-possible` that points at
 * `as_of` or `cursor` where it is beyond the journal's end.
 */
export async function refuseBeyondEnd(snapshot: Snapshot, request: Pick<ExportRequest, 'as_of' | 'cursor'>): Promise<void> {
  const given = (['as_of', 'cursor'] as const).filter((name) => request[name] !== undefined);
  if (given.length === 0) {
    return;
  }
  const { rows } = await snapshot.query<{ end: string }>("select value::text as end from counters where name = 'journal'");
  const end = rows[0]!.end;
  const errors = given
    .filter((name) => BigInt(request[name]!) > BigInt(end))
    .map((name) => ({ pointer: `/${name}`, detail: `is beyond the end of the journal, which is at ${end}` }));
  if (errors.length > 0) {
    throw new AppError('export-not-possible', 'Some parameters are wrong.', { errors });
  }
}
