import { runKills } from './kills.ts';

/** How soon each must be ready again, in seconds. */
const limits = { service: 2, worker: 2, postgres: 10 };

/** Kills so many processes under load, prints what came of it, and answers whether all was well. */
export async function tellKills(seed: number, kills: number, crashes: number): Promise<boolean> {
  const started = performance.now();
  const note = (text: string) => console.error(`[storm] ${text}`);
  const { ready, met, gifts, differences } = await runKills({ seed, kills, crashes, people: 4, note });
  const late = (['service', 'worker', 'postgres'] as const).filter((who) => ready[who].some((ms) => ms > limits[who] * 1000));
  for (const [what, times] of Object.entries(met).sort()) console.log(`${String(times).padStart(4)} ${what}`);
  for (const who of ['service', 'worker', 'postgres'] as const) {
    const times = ready[who].sort((one, other) => one - other);
    if (times.length > 0) {
      const [middle, longest] = [times[times.length >> 1]!, times.at(-1)!].map((ms) => `${(ms / 1000).toFixed(2)} s`);
      console.log(
        `${who}: ${times.length} times ready again after ${middle} (median), ${longest} (longest), limit ${limits[who]} s`,
      );
    }
  }
  for (const line of differences) console.log(`  ≠ ${line}`);
  const seconds = Math.round((performance.now() - started) / 1000);
  console.log(
    `${kills} kills and ${crashes} of Postgres under ${gifts} gifts from seed ${seed} in ${seconds} s: ${differences.length} differences`,
  );
  return differences.length === 0 && late.length === 0;
}
