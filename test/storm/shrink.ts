import type { Schedule } from './commands/command.ts';

type Kept = { schedule: Schedule };

/** Threads and sockets are not repeated exactly: a shorter schedule has so many tries to fail again. */
const tries = 2;

/**
 * Makes a schedule shorter as long as it still fails: first steps are left out, many at once, then calls of a step, then calls that
 * happened at once happen one after the other. `failsToo` answers the failing run of a schedule, or undefined.
 */
export async function shrink<Failing extends Kept>(
  failing: Failing,
  failsToo: (schedule: Schedule) => Promise<Failing | undefined>,
): Promise<Failing> {
  let best = failing;
  const attempt = async (schedule: Schedule): Promise<boolean> => {
    for (let turn = 0; turn < tries; turn += 1) {
      const found = await failsToo(schedule);
      if (found) {
        best = found;
        return true;
      }
    }
    return false;
  };
  for (let size = Math.ceil(best.schedule.length / 2); size >= 1; size = size > 1 ? Math.ceil(size / 2) : 0) {
    for (let from = 0; from < best.schedule.length; ) {
      const rest = [...best.schedule.slice(0, from), ...best.schedule.slice(from + size)];
      if (!(await attempt(rest))) from += size;
    }
  }
  for (let step = 0; step < best.schedule.length; step += 1) {
    for (let call = 0; best.schedule[step]!.length > 1 && call < best.schedule[step]!.length; ) {
      const fewer = best.schedule.map((calls, at) => (at === step ? calls.filter((_one, index) => index !== call) : calls));
      if (!(await attempt(fewer))) call += 1;
    }
    const calls = best.schedule[step]!;
    if (calls.length > 1) {
      await attempt([...best.schedule.slice(0, step), ...calls.map((call) => [call]), ...best.schedule.slice(step + 1)]);
    }
  }
  return best;
}
