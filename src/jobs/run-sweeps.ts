import { setTimeout as pause } from 'node:timers/promises';
import { createPool, type Pool } from '../db/database.ts';
import type { Services } from '../services.ts';

/** Something that is due by itself. It runs at most once at a time over all processes, and must be safe to break off. */
export type Sweep = { readonly name: string; readonly everySeconds: number; run(services: Services): Promise<unknown> };

export type RunningSweeps = {
  /** Runs each sweep once now, and resolves when all of them have ended. */
  runAll(): Promise<void>;
  /** Starts none any more; waits for those that run, 20 seconds at most. Safe twice. */
  stop(): Promise<void>;
};

const finishSeconds = 20;

/** Runs each sweep at once and then again and again, `everySeconds` after it ended. One that fails is logged and runs again. */
export function startSweeps({ services, sweeps }: { services: Services; sweeps: readonly Sweep[] }): RunningSweeps {
  // A pool of their own: a sweep that holds its lock must not wait for a connection that another sweep holds.
  const locks = createPool(services.config.databaseUrl, { name: 'sweeps', max: sweeps.length });
  const ending = new AbortController();
  const running = sweeps.map((sweep) => startSweep(sweep, services, locks, ending.signal));
  let stopped: Promise<void> | undefined;
  return {
    runAll: async () => void (await Promise.all(running.map(({ runNow }) => runNow()))),
    stop: () => {
      ending.abort();
      stopped ??= Promise.race([finish(), pause(finishSeconds * 1000, undefined, { ref: false })]);
      return stopped;
    },
  };

  async function finish(): Promise<void> {
    await Promise.all(running.map(({ ended }) => ended));
    await locks.end();
  }
}

function startSweep(sweep: Sweep, services: Services, locks: Pool, ending: AbortSignal) {
  let last = Promise.resolve();
  const runNow = () => {
    last = last.then(() => runUnlessElsewhere(sweep, services, locks));
    return last;
  };
  const repeat = async () => {
    while (!ending.aborted) {
      await runNow();
      await pause(sweep.everySeconds * 1000, undefined, { signal: ending }).catch(() => undefined);
    }
    await last;
  };
  return { runNow, ended: repeat() };
}

/** Runs a sweep if no process does; never throws. A process that dies loses the lock with its connection. */
async function runUnlessElsewhere(sweep: Sweep, services: Services, locks: Pool): Promise<void> {
  const lock = [`sweep:${sweep.name}`];
  try {
    const connection = await locks.connect();
    let intact = false;
    try {
      const { rows } = await connection.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', lock);
      if (rows[0].taken) {
        await run(sweep, services);
        await connection.query('select pg_advisory_unlock(hashtextextended($1, 0))', lock);
      }
      intact = true;
    } finally {
      connection.release(!intact);
    }
  } catch (error) {
    services.log.warn('a sweep lost the database', { step: sweep.name, error });
  }
}

async function run(sweep: Sweep, services: Services): Promise<void> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    await sweep.run(services);
    services.metrics.sweepEnded(sweep.name, 'done', seconds());
  } catch (error) {
    services.metrics.sweepEnded(sweep.name, 'failed', seconds());
    services.log.error('a sweep failed', { step: sweep.name, error });
  }
}
