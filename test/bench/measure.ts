import type { Ground } from './ground.ts';
import type { Side } from './rounds.ts';

/** One number of a measure; `limit` says what it has to be, absent where it is only told. */
export type Figure = { what: string; value: number; unit: string; limit?: { most: number } | { least: number } };

/** What measures may use. `short`: a quick round that shows that all of it works, with generous limits; `gifts`: so many stand in large books. */
export type Bench = { ground: Ground; short: boolean; gifts: number; note(text: string): void };

/** One story of the bench. */
export type Measure = { name: string; title: string; run(bench: Bench): Promise<Figure[]> };

/** Whether a number is within its limit. */
export function isWithin({ value, limit }: Figure): boolean {
  if (!limit) return true;
  return 'most' in limit ? value <= limit.most : value >= limit.least;
}

/** A limit as it stands in a full run, or one so generous that no busy machine misses it in a short run. */
export function limitOf({ short }: Bench, limit: { most: number } | { least: number }): { most: number } | { least: number } {
  if (!short) return limit;
  return 'most' in limit ? { most: limit.most * 20 } : { least: limit.least / 20 };
}

/** Rate, latency and CPU of one side. */
export function sideFigures(name: string, { rate, p50, p99, cpu, postgresCpu }: Side): Figure[] {
  return [
    { what: `${name}: rate`, value: rate, unit: '/s' },
    { what: `${name}: p50 · p99 of ${Math.round(p99)} ms`, value: p50, unit: 'ms' },
    { what: `${name}: CPU of Node`, value: cpu, unit: 'µs each' },
    ...(postgresCpu === undefined ? [] : [{ what: `${name}: CPU of Postgres`, value: postgresCpu, unit: 'µs each' }]),
  ];
}
