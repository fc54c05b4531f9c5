import fc from 'fast-check';
import type { Call, Command, Schedule } from './commands/command.ts';
import { give } from './commands/give.ts';
import { subscribe } from './commands/recurring.ts';
import { commands } from './commands/table.ts';
import { settle } from './commands/time.ts';

const callOf = ({ name, input }: Command) =>
  (input as fc.Arbitrary<Record<string, unknown>>).map((given): Call => ({ do: name, ...given }));

const call: fc.Arbitrary<Call> = fc.oneof(...commands.map((command) => ({ weight: command.weight, arbitrary: callOf(command) })));

const step = fc.oneof(
  { weight: 5, arbitrary: call.map((one) => [one]) },
  { weight: 2, arbitrary: fc.array(call, { minLength: 2, maxLength: 4, size: 'max' }) },
);

/** Without a gift little else is possible: the first step is one to three of them, which mostly come to rest. */
const opening = fc.array(fc.oneof({ weight: 2, arbitrary: callOf(give) }, { weight: 1, arbitrary: callOf(subscribe) }), {
  minLength: 1,
  maxLength: 3,
  size: 'max',
});
const rest = fc.constantFrom<Schedule>([], [[{ do: settle.name }]], [[{ do: settle.name }]]);

const schedules: fc.Arbitrary<Schedule> = fc
  .tuple(opening, rest, fc.array(step, { minLength: 3, maxLength: 13, size: 'max' }))
  .map(([gifts, atRest, steps]) => [gifts, ...atRest, ...steps]);

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
