import { readdirSync, readFileSync } from 'node:fs';
import { sql } from 'kysely';
import type { Reader } from '../db/database.ts';
import { fillStatement, type StatementValues } from '../db/fill-statement.ts';

/** One file of sql/checks and what it found; no row: all is well. */
export type CheckResult = { readonly check: string; readonly rows: Record<string, unknown>[] };

/** What is still in order. */
export type CheckLimits = {
  /** How long an event of Stripe's may wait in the inbox. */
  readonly inboxMinutes?: number;
};

const folder = new URL('../../sql/checks/', import.meta.url);
const inboxMinutes = 30;

/** Runs every check of sql/checks, in the order of their names; changes nothing. Each tells in its first lines what a row means. */
export async function runChecks(db: Reader, limits: CheckLimits = {}): Promise<CheckResult[]> {
  const values: Record<string, StatementValues> = {
    'inbox-keeps-its-time': { limit: `${limits.inboxMinutes ?? inboxMinutes} minutes` },
  };
  const results: CheckResult[] = [];
  for (const check of checkNames()) {
    const statement = fillStatement(readFileSync(new URL(`${check}.sql`, folder), 'utf8'), values[check] ?? {});
    const { rows } = await sql.raw<Record<string, unknown>>(statement).execute(db);
    results.push({ check, rows });
  }
  return results;
}

/** The names of all checks. */
export function checkNames(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.replace(/\.sql$/, ''))
    .sort();
}
