import type { Schedule, Stage } from './commands/command.ts';
import { openNotes } from './commands/notes.ts';
import { commands } from './commands/table.ts';
import { compare } from './compare/compare.ts';
import { heal } from './heal.ts';
import { calm } from './stage/calm.ts';
import type { Slot } from './stage/slot.ts';
import type { Tally } from './tally.ts';

/** What a run came to: nothing that differs, or what does, with the service's last words. */
export type Outcome = { differences: string[]; log: string[] };

/** Lets a schedule happen on a slot in its first state, heals, compares, and leaves the slot in its first state where all was well. */
export async function runSchedule(slot: Slot, schedule: Schedule, tally: Tally): Promise<Outcome> {
  const notes = openNotes();
  const fired = (kind: string, times = 1) => {
    notes.met.set(kind, (notes.met.get(kind) ?? 0) + times);
    tally.fired(kind, times);
  };
  const stage: Stage = { slot, notes, fired };
  const differences = await perform(stage, schedule, tally).catch((error: Error) => [
    `the run broke off: ${error.stack ?? error.message}`,
  ]);
  const log = differences.length > 0 ? [...slot.log.lines()] : [];
  if (differences.length === 0) await slot.reset();
  return { differences, log };
}

async function perform(stage: Stage, schedule: Schedule, tally: Tally): Promise<string[]> {
  for (const step of schedule) {
    await Promise.all(
      step.map(async ({ do: name, ...input }) => {
        const command = commands.find((one) => one.name === name);
        if (!command) throw new Error(`there is no command ${name}`);
        tally.ran(name, await command.run(stage, input));
      }),
    );
  }
  await heal(stage);
  return settledDifferences(stage);
}

/** Something may come due while the comparison is made: only what is found again when all is calm is a difference. */
async function settledDifferences(stage: Stage): Promise<string[]> {
  let found = await compare(stage);
  for (let turn = 0; found.length > 0 && turn < 2; turn += 1) {
    await calm(stage.slot);
    found = await compare(stage);
  }
  return found;
}
