import type { Load } from './load.ts';
import { postgresCpu } from './postgres-usage.ts';
import type { ServerProcess } from './process.ts';

/** What one side took: operations a second, latency in milliseconds, CPU in microseconds an operation. */
export type Side = Load & { cpu: number; postgresCpu: number | undefined };

/** A server and how it is loaded once; `operations` a round. */
export type Contestant = { server: ServerProcess; operations: number; load(): Promise<Load> };

/**
 * Loads all in turns, A B A B …, after a turn to warm up unless it is a single round: what disturbs the machine disturbs each of them. Gives the median of each
 * number, by the contestant's name.
 */
export async function takeTurns<Name extends string>(
  postgresPid: number,
  rounds: number,
  contestants: Record<Name, Contestant>,
): Promise<Record<Name, Side>> {
  const names = Object.keys(contestants) as Name[];
  const taken = Object.fromEntries(names.map((name) => [name, [] as Side[]])) as Record<Name, Side[]>;
  for (let round = rounds > 1 ? -1 : 0; round < rounds; round += 1) {
    for (const name of names) {
      const side = await measure(postgresPid, contestants[name]);
      if (round >= 0) taken[name].push(side);
    }
  }
  return Object.fromEntries(names.map((name) => [name, medians(taken[name])])) as Record<Name, Side>;
}

/** The middle one. */
export function median(numbers: number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)]!;
}

async function measure(postgresPid: number, { server, operations, load }: Contestant): Promise<Side> {
  const before = { ...(await server.usage()), postgres: postgresCpu(postgresPid) };
  const result = await load();
  const after = { ...(await server.usage()), postgres: postgresCpu(postgresPid) };
  const postgres = after.postgres === undefined ? undefined : (after.postgres - before.postgres!) / operations;
  return { ...result, cpu: (after.cpu - before.cpu) / operations, postgresCpu: postgres };
}

function medians(sides: Side[]): Side {
  const of = (pick: (side: Side) => number) => median(sides.map(pick));
  return {
    rate: of(({ rate }) => rate),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    cpu: of(({ cpu }) => cpu),
    postgresCpu: sides[0]!.postgresCpu === undefined ? undefined : of((side) => side.postgresCpu!),
  };
}
