import { randomUUID } from 'node:crypto';
import { drainInbox } from '../drain.ts';
import { addBacklog } from '../fill.ts';
import { giftRequests } from '../gifts.ts';
import type { Ground } from '../ground.ts';
import { type LoadRequest, sendAll } from '../load.ts';
import { type Bench, type Figure, limitOf, type Measure } from '../measure.ts';
import { postgresCpu } from '../postgres-usage.ts';
import { startServer } from '../process.ts';
import { median } from '../rounds.ts';
import { serviceSettings } from '../settings.ts';
import { signedWebhooks } from '../webhooks.ts';

/** What an operation costs: microseconds of CPU of Node and Postgres together, and buffers of Postgres that were looked at. */
type Cost = { cpu: number; buffers: number };

type Work = { name: string; operations: number; run(ground: Ground, database: string, operations: number): Promise<Cost> };

const works: Work[] = [
  { name: 'an event accepted', operations: 2000, run: (...place) => serve(signedWebhooks, ...place) },
  { name: 'a gift begun', operations: 300, run: (...place) => serve(giftRequests, ...place) },
  { name: 'one gift’s page', operations: 1000, run: (...place) => serve(pageRequests, ...place) },
  { name: 'an event worked on', operations: 1600, run: workOnBacklog },
];

/** Whether work costs more where much is there already. */
export const growth: Measure = {
  name: 'growth',
  title: 'The same work where many gifts are in the books already, beside ten thousand',
  async run(bench) {
    const { ground, short, gifts } = bench;
    const databases = [await ground.filledDatabase(short ? 200 : 10_000), await ground.filledDatabase(gifts)] as const;
    const figures: Figure[] = [];
    for (const work of short ? works.filter(({ name }) => name === 'an event worked on') : works)
      figures.push(...(await compare(bench, work, databases)));
    return figures;
  },
};

async function compare(bench: Bench, { name, operations, run }: Work, databases: readonly [string, string]): Promise<Figure[]> {
  const costs = [[], []] as [Cost[], Cost[]];
  const most = bench.short ? 40 : operations;
  for (let round = 0; round < (bench.short ? 1 : 3); round += 1) {
    for (const nth of [0, 1] as const) costs[nth].push(await run(bench.ground, databases[nth], most));
  }
  const of = (nth: 0 | 1, pick: (cost: Cost) => number) => median(costs[nth].map(pick));
  const ratio = (pick: (cost: Cost) => number) => of(1, pick) / of(0, pick);
  const limit = limitOf(bench, { most: 1.2 });
  return [
    { what: `${name}: CPU of that with few`, value: ratio(({ cpu }) => cpu), unit: '×', limit },
    { what: `${name}: buffers of those with few`, value: ratio(({ buffers }) => buffers), unit: '×', limit },
    { what: `${name}: CPU`, value: of(1, ({ cpu }) => cpu), unit: 'µs' },
    { what: `${name}: buffers`, value: of(1, ({ buffers }) => buffers), unit: '' },
  ];
}

/** Starts a service over a database, loads it and stops it: only then has Postgres counted all of its buffers. */
async function serve(requests: (count: number) => LoadRequest[], ground: Ground, database: string, count: number): Promise<Cost> {
  const stripe = await startServer('servers/stripe-stand-in.ts', {});
  const service = await startServer(
    'servers/service.ts',
    serviceSettings({ DATABASE_URL: database, STRIPE_API_BASE: stripe.url }),
  );
  try {
    await ground.query(database, 'truncate gift_starts');
    await sendAll(service.url, 8, requests(Math.ceil(count / 4)));
    const before = {
      ...(await service.usage()),
      postgres: postgresCpu(ground.postgresPid),
      buffers: await buffersOf(ground, database),
    };
    await sendAll(service.url, 8, requests(count));
    const cpu = (await service.usage()).cpu - before.cpu + (postgresCpu(ground.postgresPid) ?? 0) - (before.postgres ?? 0);
    await service.stop();
    return { cpu: cpu / count, buffers: ((await buffersOf(ground, database)) - before.buffers) / count };
  } finally {
    await service.stop();
    await stripe.stop();
  }
}

async function workOnBacklog(ground: Ground, database: string, events: number): Promise<Cost> {
  const stripe = await startServer('servers/stripe-stand-in.ts', {});
  try {
    await addBacklog(database, `m${randomUUID().slice(0, 8)}`, events / 8);
    const before = await buffersOf(ground, database);
    const { cpu, postgresCpu: postgres } = await drainInbox(ground, database, stripe.url);
    return { cpu: (cpu + (postgres ?? 0)) / events, buffers: ((await buffersOf(ground, database)) - before) / events };
  } finally {
    await stripe.stop();
  }
}

/** Buffers that Postgres looked at in a database so far, as far as its processes have told: all when they have ended. */
async function buffersOf(ground: Ground, database: string): Promise<number> {
  const text = 'select (blks_hit + blks_read)::float8 as buffers from pg_stat_database where datname = current_database()';
  return (await ground.query<{ buffers: number }>(database, text))[0]!.buffers;
}

function pageRequests(count: number): LoadRequest[] {
  return Array.from({ length: count }, (_, nth) => ({
    method: 'GET',
    path: `/thanks/don_f${(nth % 150) + 1}`,
    headers: { 'x-forwarded-for': `10.2.${nth >> 8}.${nth & 255}` },
  }));
}
