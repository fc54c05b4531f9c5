import type { Ground } from './ground.ts';
import { postgresCpu } from './postgres-usage.ts';
import { startServer } from './process.ts';
import { serviceSettings } from './settings.ts';

/** How a backlog was worked through; CPU in microseconds in all, of Node and of Postgres. */
export type Drain = { seconds: number; cpu: number; postgresCpu: number | undefined; reads: number };

/** Works through everything that is pending in a database with one worker process; `stripeUrl` is the stand-in's. */
export async function drainInbox(ground: Ground, database: string, stripeUrl: string): Promise<Drain> {
  const before = { reads: await readsOf(stripeUrl), postgres: postgresCpu(ground.postgresPid) };
  const started = performance.now();
  const worker = await startServer(
    'servers/inbox-worker.ts',
    serviceSettings({ DATABASE_URL: database, STRIPE_API_BASE: stripeUrl }),
  );
  try {
    const start = await worker.usage();
    let told = await progress(ground, database);
    while (told.pending > 0) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      told = await progress(ground, database);
    }
    if (told.given_up > 0) throw new Error(`${told.given_up} events were given up`);
    const seconds = (performance.now() - started) / 1000;
    const cpu = (await worker.usage()).cpu - start.cpu;
    const postgres = before.postgres === undefined ? undefined : postgresCpu(ground.postgresPid)! - before.postgres;
    return { seconds, cpu, postgresCpu: postgres, reads: (await readsOf(stripeUrl)) - before.reads };
  } finally {
    await worker.stop();
  }
}

/** How many times the stand-in was asked how something stands. */
async function readsOf(stripeUrl: string): Promise<number> {
  const { reads } = (await (await fetch(`${stripeUrl}/v1/asked`)).json()) as { reads: number };
  return reads;
}

async function progress(ground: Ground, database: string): Promise<{ pending: number; given_up: number }> {
  const [row] = await ground.query<{ pending: number; given_up: number }>(
    database,
    `select count(*) filter (where attempts = 0)::int as pending,
      count(*) filter (where attempts > 0)::int + (select count(*)::int from inbox_events where state = 'dead') as given_up
    from inbox_events where state = 'pending'`, // by the indexes of these states: looking must not count among what is measured
  );
  return row!;
}
