import { setTimeout as pause } from 'node:timers/promises';
import { createPool, type Pool } from '../db/database.ts';
import type { Services } from '../services.ts';
import { beginSweep, endSweep, type Sweep } from './sweep-runs.ts';

export type RunningSweeps = {
  /** Runs each sweep once now, and resolves when all of them have ended. */
  runAll(): Promise<void>;
  /** Starts none any more; waits for those that run, 20 seconds at most. Safe twice. */
  stop(): Promise<void>;
};

const finishSeconds = 20;

/** Whoever runs a seldom sweep may have died in it: so often the others look. */
const longestWaitSeconds = 60;

export type SweepsOptions = {
  services: Services;
  /** For those that are long; the same unless given. */
  longServices?: Services;
  sweeps: readonly Sweep[];
};

/** Runs each sweep when it is due by what is written in `sweep_runs`: `everySeconds` after it ended, in whichever process. */
export function startSweeps({ services, longServices = services, sweeps }: SweepsOptions): RunningSweeps {
  // A pool of their own: a sweep that holds its lock must not wait for a connection that another sweep holds.
  const locks = createPool(services.config.databaseUrl, { name: 'sweeps', max: sweeps.length });
  const ending = new AbortController();
  const running = sweeps.map((sweep) => startSweep(sweep, sweep.isLong ? longServices : services, locks, ending.signal));
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
  let last: Promise<number> = Promise.resolve(0);
  const runNext = (force: boolean) => {
    last = last.then(() => runUnlessElsewhere(sweep, services, locks, force));
    return last;
  };
  const repeat = async () => {
    while (!ending.aborted) {
      const waitSeconds = Math.min(await runNext(false), longestWaitSeconds);
      await pause(waitSeconds * 1000, undefined, { signal: ending }).catch(() => undefined);
    }
    await last;
  };
  return { runNow: () => runNext(true), ended: repeat() };
}

/**
 * Runs a sweep if it is due (`force`: in any case) and no process runs it; answers after how many seconds to look again. Never throws.
 * A process that dies loses the lock with its connection.
 */
async function runUnlessElsewhere(sweep: Sweep, services: Services, locks: Pool, force: boolean): Promise<number> {
  const lock = [`sweep:${sweep.name}`];
  let waitSeconds = sweep.everySeconds;
  try {
    const connection = await locks.connect();
    let intact = false;
    try {
      const { rows } = await connection.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as taken', lock);
      if (rows[0].taken) {
        waitSeconds = (await beginSweep(services, sweep, force)) || (await run(sweep, services));
        await connection.query('select pg_advisory_unlock(hashtextextended($1, 0))', lock);
      }
      intact = true;
    } finally {
      connection.release(!intact);
    }
  } catch (error) {
    services.log.warn('a sweep lost the database', { step: sweep.name, error });
  }
  return waitSeconds;
}

/** Answers after how many seconds to look again. */
async function run(sweep: Sweep, services: Services): Promise<number> {
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    await sweep.run(services);
    services.metrics.sweepEnded(sweep.name, 'done', seconds());
    await endSweep(services, sweep.name, 'done');
  } catch (error) {
    services.metrics.sweepEnded(sweep.name, 'failed', seconds());
    services.log.error('a sweep failed', { step: sweep.name, error });
    await endSweep(services, sweep.name, 'failed');
  }
  return sweep.everySeconds;
}
