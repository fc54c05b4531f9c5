import { runChecks } from '../operations/run-checks.ts';
import type { Services } from '../services.ts';
import { type Discrepancy, noteDiscrepancies } from './note-discrepancies.ts';

const mostNamed = 5;

/** Runs every check of sql/checks over all of the books; each that finds rows is a discrepancy under its name, which names the first. */
export async function runFullChecks({ db }: Services): Promise<void> {
  const results = await runChecks(db);
  const found = results.flatMap(({ check, rows }): Discrepancy[] => {
    const named = rows.slice(0, mostNamed).map((row) => String(row.id ?? Object.values(row)[0]));
    const detail = `${rows.length} found: ${named.join(', ')}${rows.length > mostNamed ? ' …' : ''}`;
    return rows.length > 0 ? [{ kind: 'check', objectId: check, detail }] : [];
  });
  await noteDiscrepancies(db, { kind: 'check', found, looked: 'all' });
}
