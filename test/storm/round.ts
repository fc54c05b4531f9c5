import type { Schedule } from './commands/command.ts';
import { type Outcome, runSchedule } from './run.ts';
import { scheduleOf } from './schedule.ts';
import { shrink } from './shrink.ts';
import { openSlot, type Slot } from './stage/slot.ts';
import { openTally, type Tally } from './tally.ts';

/** A schedule after which the books and Stripe differed: as it was drawn, and the shortest that was found to do so too. */
export type Finding = Outcome & { seed: number; schedule: Schedule };

export type Round = {
  /** A Postgres superuser's address. */
  adminUrl: string;
  /** Newsrooms used side by side. */
  slots: number;
  /** The next seed; undefined ends the round. */
  nextSeed(): number | undefined;
  tally: Tally;
  /** For how long a finding is made shorter, in seconds; 0: not at all. */
  shrinkSeconds: number;
  onRun?(milliseconds: number): void;
  onFinding?(finding: Finding): void;
};

/** Runs one schedule after the other on each slot until there is no next seed; a slot that saw a difference is thrown away. */
export async function runRound(round: Round): Promise<Finding[]> {
  const findings: Finding[] = [];
  await Promise.all(Array.from({ length: round.slots }, () => useSlot(round, findings)));
  return findings;
}

async function useSlot(round: Round, findings: Finding[]): Promise<void> {
  const { adminUrl, nextSeed, tally, onRun, onFinding } = round;
  let slot: Slot | undefined;
  for (let seed = nextSeed(); seed !== undefined; seed = nextSeed()) {
    slot ??= await openSlot(adminUrl);
    const started = performance.now();
    const schedule = scheduleOf(seed);
    const outcome = await runSchedule(slot, schedule, tally);
    onRun?.(performance.now() - started);
    if (outcome.differences.length > 0) {
      await slot.close();
      slot = undefined;
      const finding = await shortest(round, { ...outcome, seed, schedule });
      findings.push(finding);
      onFinding?.(finding);
    }
  }
  await slot?.close();
}

async function shortest({ adminUrl, shrinkSeconds }: Round, finding: Finding): Promise<Finding> {
  const end = performance.now() + shrinkSeconds * 1000;
  const result = await shrink(finding, async (schedule) => {
    if (performance.now() > end) return undefined;
    const outcome = await runAlone(adminUrl, schedule);
    return outcome.differences.length > 0 ? { ...finding, ...outcome, schedule } : undefined;
  });
  return result;
}

/** Runs one schedule on a slot of its own. */
export async function runAlone(adminUrl: string, schedule: Schedule, tally: Tally = openTally()): Promise<Outcome> {
  const slot = await openSlot(adminUrl);
  try {
    return await runSchedule(slot, schedule, tally);
  } finally {
    await slot.close();
  }
}
