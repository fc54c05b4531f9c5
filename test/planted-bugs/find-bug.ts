import type { Schedule } from '../storm/commands/command.ts';
import { openPostgres } from '../storm/postgres.ts';
import { runAlone } from '../storm/round.ts';
import { runSchedule } from '../storm/run.ts';
import { scheduleOf } from '../storm/schedule.ts';
import { shrink } from '../storm/shrink.ts';
import { openSlot, type Slot } from '../storm/stage/slot.ts';
import { openTally } from '../storm/tally.ts';

/** How a bug was found: after so many schedules, by which steps in the end, and what differed. */
export type Found = { readonly runs: number; readonly commands: string[]; readonly difference: string };

/** What the process of this file answers its parent: how the bug was found, or null where the storm overlooked it. */
export type Answer = { readonly found: Found | null };

type Hit = { schedule: Schedule; differences: string[] };

process.on('unhandledRejection', () => undefined); // a planted bug may leave one behind
process.once(
  'message',
  async ({ firstSeed, most, shrinkSeconds }: { firstSeed: number; most: number; shrinkSeconds: number }) => {
    const postgres = await openPostgres();
    try {
      const found = await search(postgres.url, firstSeed, most, shrinkSeconds);
      process.send!({ found } satisfies Answer, () => process.exit());
    } catch (error) {
      console.error(error);
      process.exitCode = 1;
      process.disconnect();
    } finally {
      await postgres.stop().catch(() => undefined);
    }
  },
);

/** Runs schedule after schedule until one ends in a difference. */
async function search(adminUrl: string, firstSeed: number, most: number, shrinkSeconds: number): Promise<Found | null> {
  let slot: Slot | undefined;
  for (let run = 0; run < most; run += 1) {
    slot ??= await openSlot(adminUrl);
    const schedule = scheduleOf(firstSeed + run);
    const { differences } = await runSchedule(slot, schedule, openTally());
    if (differences.length > 0) {
      const shortest = await shorten(adminUrl, { schedule, differences }, shrinkSeconds);
      const commands = shortest.schedule.flatMap((calls) => calls.map((call) => call.do));
      return { runs: run + 1, commands: [...new Set(commands)], difference: differences[0]!.split('\n')[0]! };
    }
  }
  return null;
}

async function shorten(adminUrl: string, hit: Hit, shrinkSeconds: number): Promise<Hit> {
  const end = performance.now() + shrinkSeconds * 1000;
  return shrink(hit, async (schedule) => {
    if (performance.now() > end) return undefined;
    const { differences } = await runAlone(adminUrl, schedule);
    return differences.length > 0 ? { schedule, differences } : undefined;
  });
}
