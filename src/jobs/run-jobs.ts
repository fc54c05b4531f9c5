import { EventEmitter, once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { type Job, run as runGraphile, type Task, type TaskList, type WorkerEvents, type WorkerPool } from 'graphile-worker';
import type { Pool } from '../db/database.ts';
import { inNameOf } from '../request-context.ts';
import type { Services } from '../services.ts';
import { startHeartbeat } from './heartbeat.ts';
import { toJobError } from './job-error.ts';
import { toGraphileLogger } from './job-log.ts';
import type { JobName, Jobs } from './stage.ts';
import { isTakenOver } from './taken-over.ts';

/** Which start of a job this is, the first being 1, and whether it is not started again after it. */
export type Run = { readonly attempt: number; readonly isLast: boolean };

/** What does each job. It may be started again at any time, by another process too: it must be safe twice. */
export type Tasks = { [Name in JobName]: (services: Services, payload: Jobs[Name], run: Run) => Promise<void> };

export type JobsOptions = {
  services: Services;
  /** The jobs' own connections, made with `{ int8: 'text' }`: one listens, each running job's bookkeeping takes another. */
  pool: Pool;
  tasks: Tasks;
  /** Jobs at once; 5 unless set. */
  concurrency?: number;
  /** How often this process says that it lives; 5 unless set. */
  heartbeatSeconds?: number;
  /** How long running jobs may take to finish once it is to stop; 20 unless set. */
  finishSeconds?: number;
};

export type RunningJobs = {
  /** What its jobs are locked by; another one after the runner had to be started anew. */
  readonly workerId: string;
  /** Takes no more jobs, lets running ones finish for a while and then gives them back, within 5 seconds. Safe twice. */
  stop(): Promise<void>;
};

type Runner = { readonly ended: Promise<void>; stop(): Promise<void> };

/**
 * Runs jobs as soon as they are committed (LISTEN), and each failed one again, later each time. Throws where the database cannot
 * be reached now; once it runs, a runner that gave up because of the database is replaced by another.
 */
export async function startJobs(options: JobsOptions): Promise<RunningJobs> {
  const ending = new AbortController();
  let workerId = '';
  const start = () => startRunner(options, (id) => (workerId = id));
  let runner = await start();
  let stopped: Promise<void> | undefined;
  const replaced = replaceRunners();
  return {
    get workerId() {
      return workerId;
    },
    stop: () => {
      ending.abort();
      stopped ??= runner.stop().then(() => replaced);
      return stopped;
    },
  };

  async function replaceRunners(): Promise<void> {
    for (;;) {
      await runner.ended;
      if (ending.signal.aborted) return;
      await runner.stop();
      options.services.log.error('the job runner gave up and is replaced', { workerId });
      const next = await startWhenPossible(start, options.services, ending.signal);
      if (!next) return;
      runner = next;
      if (ending.signal.aborted) return runner.stop();
    }
  }
}

async function startWhenPossible(
  start: () => Promise<Runner>,
  { log }: Services,
  ending: AbortSignal,
): Promise<Runner | undefined> {
  while (!ending.aborted) {
    try {
      return await start();
    } catch (error) {
      log.warn('jobs cannot run yet, trying again', { error });
      await pause(1000, undefined, { signal: ending }).catch(() => undefined);
    }
  }
  return undefined;
}

/** `named` hears what its jobs are locked by before it takes the first one. */
async function startRunner(options: JobsOptions, named: (workerId: string) => void): Promise<Runner> {
  const { services, pool, tasks, concurrency = 5, heartbeatSeconds, finishSeconds = 20 } = options;
  const events: WorkerEvents = new EventEmitter();
  const created: WorkerPool[] = []; // never resolved to: a worker pool is itself a promise, of its end
  events.once('pool:create', ({ workerPool }) => {
    created.push(workerPool);
    named(workerPool.id);
  });
  const gaveUp = once(events, 'pool:fatalError'); // the end of a job could not be written down
  const idle = once(events, 'pool:gracefulShutdown:complete');
  const graphile = await runGraphile({
    pgPool: pool,
    taskList: toTaskList(services, tasks),
    concurrency,
    events,
    logger: toGraphileLogger(services.log),
    noHandleSignals: true,
    parsedCronItems: [],
    // Without batches graphile-worker does not watch whether a job's end could be written down, and its failure ends the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
  });
  const workers = created[0]!;
  const heartbeat = startHeartbeat(services, workers.id, heartbeatSeconds);
  const ended = graphile.promise.catch(() => undefined);
  return {
    ended: Promise.race([ended, gaveUp]).then(() => undefined),
    async stop() {
      graphile.stop().catch(() => undefined); // it has ended by itself already
      await finish({ workers, idle }, services, finishSeconds);
      await Promise.all([orAfter(ended, lastWordsSeconds), heartbeat.stop()]);
    },
  };
}

/** How long the end of the last jobs may take to be written down. */
const lastWordsSeconds = 2;

/**
 * Whether a promise has settled, or did not within the time. Where the ends of two jobs could not be written down, graphile-worker 0.18
 * waits for ever for their batches: it counts the second failure out without having counted it in.
 */
function orAfter(promise: Promise<unknown>, seconds: number): Promise<unknown> {
  return Promise.race([promise, pause(seconds * 1000, undefined, { ref: false })]);
}

type Ending = { workers: WorkerPool; idle: Promise<unknown> };

async function finish({ workers, idle }: Ending, { log }: Services, finishSeconds: number): Promise<void> {
  const ended = workers.promise.then(
    () => true,
    () => true,
  );
  const finished = Promise.race([ended, idle.then(() => orAfter(ended, lastWordsSeconds)).then(() => true)]);
  if (!(await Promise.race([finished, pause(finishSeconds * 1000, false, { ref: false })]))) {
    log.warn('jobs did not finish in time and are given back', { workerId: workers.id });
    await Promise.resolve(workers.forcefulShutdown('The process ends')).catch((error) =>
      log.error('jobs could not be given back', { error }),
    );
  }
}

function toTaskList(services: Services, tasks: Tasks): TaskList {
  return Object.fromEntries(Object.keys(tasks).map((name) => [name, toTask(services, name as JobName, tasks[name as JobName])]));
}

function toTask<Name extends JobName>(services: Services, name: Name, work: Tasks[Name]): Task {
  return (payload, { job }) => {
    const { requestId, ...about } = payload as Jobs[Name] & { requestId?: string };
    const run: Run = { attempt: job.attempts, isLast: job.attempts >= job.max_attempts };
    return inNameOf(requestId, () =>
      runTask({ services, name, run, job, work: () => work(services, about as Jobs[Name], run), about }),
    );
  };
}

type OneRun = { services: Services; name: JobName; run: Run; job: Pick<Job, 'id' | 'key'>; about: object; work(): Promise<void> };

/** Does a job and says how it went. */
async function runTask({ services, name, run, job, about, work }: OneRun): Promise<void> {
  const { log, metrics } = services;
  const started = performance.now();
  const durationMs = () => Math.round(performance.now() - started);
  const facts = { job: name, subject: Object.values(about)[0], attempts: run.attempt };
  try {
    await work();
    metrics.jobEnded(name, 'done', durationMs() / 1000);
    log.debug('a job is done', { ...facts, durationMs: durationMs() });
  } catch (error) {
    if (await isTakenOver(services, job)) {
      metrics.jobEnded(name, 'failed', durationMs() / 1000);
      log.warn('a job failed, and another does it again', { ...facts, error });
      return;
    }
    metrics.jobEnded(name, run.isLast ? 'given-up' : 'failed', durationMs() / 1000);
    if (run.isLast) log.error('a job failed for the last time', { ...facts, error });
    else log.warn('a job failed and is tried again', { ...facts, error });
    throw toJobError(error);
  }
}
