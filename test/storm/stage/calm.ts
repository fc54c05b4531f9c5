import { setTimeout as pause } from 'node:timers/promises';
import type { Slot } from './slot.ts';

/** What must not run by itself: the storm asks for it once, at the end. */
export const heldSweeps = ['sweep-events', 'compare-books', 'compare-nightly'];

/** After so many looks something may be held by a worker that is dead. */
const stuckTurns = 10;

/** Waits until Stripe has sent all it would, and inbox, sweeps and jobs have nothing that is due now. Throws after 20 seconds, unless told otherwise. */
export async function calm(slot: Slot, patienceSeconds = 20): Promise<void> {
  const end = performance.now() + patienceSeconds * 1000;
  for (let isSwept = false, turn = 1; ; turn += 1) {
    await slot.stripe.lever('settle');
    await Promise.all(slot.workers().map((worker) => worker.drain().catch(() => undefined)));
    const waiting = await whatWaits(slot);
    if (waiting.length === 0 && isSwept) return;
    isSwept = waiting.length === 0;
    if (isSwept || turn % stuckTurns === 0) {
      await slot.fallSilent();
      await slot.workers()[0]?.sweep(heldSweeps);
    }
    if (waiting.length > 0) await pause(4);
    if (performance.now() > end) throw new Error(`nothing becomes calm: ${waiting.join(', ')}`);
  }
}

/** Lets time pass for Stripe and for everything that waits for its hour here, jobs that failed included. */
export async function advance(slot: Slot, seconds: number): Promise<void> {
  await slot.stripe.lever('clock/advance', { seconds });
  await bringForward(slot, seconds);
}

/** Jobs wait by the wall clock: so much of it is over. */
export async function bringForward({ database }: Slot, seconds: number): Promise<void> {
  const { rowCount } = await database.pool.query(
    `update graphile_worker._private_jobs set run_at = run_at - make_interval(secs => $1)
    where locked_at is null and run_at > now()`,
    [seconds],
  );
  if (rowCount) await database.pool.query(`select pg_notify('jobs:insert', '{"r":0,"count":' || $1::int || '}')`, [rowCount]);
}

async function whatWaits({ database, now }: Slot): Promise<string[]> {
  const { rows } = await database.pool.query(
    `select 'event ' || subject as what from inbox_events where state = 'pending' and due_at <= $1
    union all
    select 'job ' || task_identifier || coalesce(' ' || last_error, '') from graphile_worker.jobs
    where locked_at is not null or attempts < max_attempts and run_at <= now()`,
    [now()],
  );
  return rows.map(({ what }) => what as string);
}
