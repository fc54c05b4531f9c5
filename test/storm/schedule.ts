import fc from 'fast-check';
import type { Call, Schedule } from './commands/command.ts';
import { commands } from './commands/table.ts';

const call: fc.Arbitrary<Call> = fc.oneof(
  ...commands.map(({ name, weight, input }) => ({
    weight,
    arbitrary: (input as fc.Arbitrary<Record<string, unknown>>).map((given): Call => ({ do: name, ...given })),
  })),
);

const step = fc.oneof(
  { weight: 5, arbitrary: call.map((one) => [one]) },
  { weight: 2, arbitrary: fc.array(call, { minLength: 2, maxLength: 4, size: 'max' }) },
);

const schedules: fc.Arbitrary<Schedule> = fc.array(step, { minLength: 4, maxLength: 14, size: 'max' });

/** The schedule of a seed: always the same one. */
export function scheduleOf(seed: number): Schedule {
  return fc.sample(schedules, { seed, numRuns: 1 })[0]!;
}

/** One line a step, for people. */
export function tellSchedule(schedule: Schedule): string {
  return schedule.map((calls) => calls.map(tellCall).join('  |  ')).join('\n');
}

function tellCall({ do: name, ...input }: Call): string {
  return `${name} ${JSON.stringify(input)}`;
}
