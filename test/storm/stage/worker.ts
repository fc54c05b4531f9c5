import type { Clock } from '../../../src/clock.ts';
import type { Config } from '../../../src/config.ts';
import type { Pool } from '../../../src/db/database.ts';
import { eraseCommand } from '../../../src/erasure/erase-command.ts';
import { startJobs } from '../../../src/jobs/run-jobs.ts';
import { createLiveServices, type LiveServices } from '../../../src/live-services.ts';
import type { Log } from '../../../src/log.ts';
import { reconcile } from '../../../src/reconcile/reconcile.ts';
import { toLine } from '../../../src/reconcile/reconcile-command.ts';
import { sweeps, tasks } from '../../../src/worker.ts';
import { createInboxWorker } from '../../../webhooks/work-inbox.ts';

/** A worker of the service inside this process that can die like a process: what it was doing never goes on. */
export type StormWorker = {
  /** What its connections are called, and nobody else's. */
  name: string;
  workerId: string;
  wake(): void;
  /** Works on the inbox until nothing is due that nobody else has. Throws, like all below, when it dies meanwhile. */
  drain(): Promise<void>;
  /** Runs what is due by itself, except what must not run yet. */
  sweep(except: readonly string[]): Promise<void>;
  /** Looks for events that no webhook brought, as it does every five minutes; answers whether it could. */
  lookForEvents(): Promise<boolean>;
  /** Compares all with Stripe, as the command does; answers a line for each difference that stands. */
  reconcile(): Promise<string[]>;
  /** Forgets a person, as the command does; their recurring gifts end. */
  erase(donorId: string): Promise<void>;
  /** Dies in the middle of whatever it does: nothing it was told or asks from now on goes anywhere. */
  kill(): void;
  stop(): Promise<void>;
};

/** Starts inbox and jobs with connections of its own. */
export async function startStormWorker(config: Config, clock: Clock, log: Log, name: string): Promise<StormWorker> {
  const life = { isOver: false };
  let end: (reason: Error) => void = () => undefined;
  const death = new Promise<never>((_resolve, reject) => {
    end = reject;
  });
  death.catch(() => undefined);
  const untilDeath = <Result>(work: Promise<Result>) => Promise.race([work, death]);
  const url = new URL(config.databaseUrl);
  url.searchParams.set('application_name', name);
  const made = createLiveServices({ ...config, databaseUrl: url.href }, { clock, log });
  const live = makeMortal(made, life);
  const inbox = createInboxWorker({ ...live, stripe: live.bulkStripe });
  const jobs = await startJobs({ services: live, pool: live.jobsPool, tasks, heartbeatSeconds: 3600, finishSeconds: 2 });
  inbox.start();
  return {
    name,
    get workerId() {
      return jobs.workerId;
    },
    wake: () => inbox.wake(),
    drain: () => untilDeath(inbox.drain()),
    async sweep(except) {
      for (const sweep of sweeps) {
        if (!except.includes(sweep.name)) {
          await untilDeath(Promise.resolve(sweep.run(live))).catch((error: unknown) =>
            log.warn('a sweep failed', { step: sweep.name, error }),
          );
        }
      }
    },
    async lookForEvents() {
      const sweep = sweeps.find(({ name }) => name === 'sweep-events')!;
      return untilDeath(Promise.resolve(sweep.run(live))).then(
        () => true,
        () => false,
      );
    },
    reconcile: async () => (await untilDeath(reconcile({ ...live, stripe: live.bulkStripe }))).map(toLine),
    erase: async (donorId) => void (await untilDeath(eraseCommand(live, donorId, { stop: true }))),
    kill() {
      life.isOver = true;
      end(new Error('this worker is dead'));
      jobs.stop().catch(() => undefined);
    },
    async stop() {
      await Promise.all([inbox.stop(), jobs.stop()]);
      await made.close();
    },
  };
}

type Life = { isOver: boolean };

function makeMortal(live: LiveServices, life: Life): LiveServices {
  for (const pool of [live.pool, live.jobsPool, live.exportPool]) makePoolMortal(pool, life);
  const send = live.sendMail;
  return {
    ...live,
    stripe: makeCallsMortal(live.stripe, life),
    bulkStripe: makeCallsMortal(live.bulkStripe, life),
    sendMail: (letter) => whileAlive(life, () => send(letter)),
  };
}

function makeCallsMortal<Target extends object>(target: Target, life: Life): Target {
  return new Proxy(target, {
    get(object, name) {
      const value = Reflect.get(object, name) as unknown;
      return typeof value === 'function'
        ? (...given: unknown[]) => whileAlive(life, () => value.apply(object, given) as unknown)
        : value;
    },
  });
}

/** What was asked before the end may still have its effect; its answer is never heard. */
function whileAlive<Result>(life: Life, call: () => Result): Result {
  if (life.isOver) return never() as Result;
  const result = call();
  if (!(result instanceof Promise)) return result;
  return result.then(
    (value) => (life.isOver ? never() : value),
    (error: unknown) => (life.isOver ? never() : Promise.reject(error)),
  ) as Result;
}

function makePoolMortal(pool: Pool, life: Life): void {
  const connect = pool.connect.bind(pool) as (...given: unknown[]) => unknown;
  const mortal = (...given: unknown[]) => (life.isOver ? never() : connect(...given));
  pool.connect = mortal as typeof pool.connect;
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
