import { createDatabase } from '../../../src/db/database.ts';
import { runChecks } from '../../../src/operations/run-checks.ts';
import { type Both, byId } from './both.ts';

/** Stripe lets a bank take back what was refunded already: that is so, and told to a person. */
const tellsOfStripe = 'no-more-goes-back-than-was-given';

/** Nothing forged was stored, nothing waits, no job gave up, and every check of ours finds all in order. */
export async function compareInbox({ rows, stripe, stage }: Both): Promise<string[]> {
  const told = byId(stripe.all('event'));
  const stored = await rows('select id, state, subject, error, livemode from inbox_events');
  const waiting = stored.filter(({ state }) => state === 'pending' || state === 'dead');
  const givenUp = await rows('select task_identifier, last_error from graphile_worker.jobs');
  const checks = await runChecks(createDatabase(stage.slot.database.pool));
  return [
    ...stored.filter(({ id }) => stage.notes.forged.has(String(id))).map(({ id }) => `the forged event ${id} was taken`),
    ...stored
      .filter(({ id, livemode }) => !told.has(String(id)) && !livemode)
      .map(({ id }) => `the event ${id} is none of Stripe's`),
    ...waiting.map(({ id, state, subject, error }) => `the event ${id} about ${subject} is ${state} (${error ?? 'no error'})`),
    ...givenUp.map(({ task_identifier, last_error }) => `a job ${task_identifier} is left: ${last_error}`),
    ...checks
      .filter(({ check }) => check !== tellsOfStripe)
      .flatMap(({ check, rows: found }) => found.map((row) => `check ${check}: ${tell(row)}`)),
  ];
}

function tell(row: Record<string, unknown>): string {
  return JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
}
