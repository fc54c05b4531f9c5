/**
 * What can be wrong with a mail server: it takes no mail (`refuse`), or it took one, and its answer is lost
 * (`drop-after-data`: the connection is cut) or does not come (`hold-after-data`: until the faults are cleared).
 */
export type FaultMode = 'refuse' | 'drop-after-data' | 'hold-after-data';

export type Faults = {
  /** The next `times` mails meet this fault; replaces what was asked for before. */
  plan(mode: FaultMode, times: number): void;
  /** True if this mail meets this fault, which uses one of the times up. */
  strikes(mode: FaultMode): boolean;
  /** Keeps an answer back until the faults are cleared. */
  hold(answer: () => void): void;
  /** No more faults, and every answer kept back is given. */
  clear(): void;
  state(): { mode: FaultMode | null; times: number; held: number };
};

/** Faults to order, for tests of mail that is down and of an acknowledgement that gets lost. */
export function createFaults(): Faults {
  let planned: { mode: FaultMode; times: number } | undefined;
  let held: (() => void)[] = [];
  return {
    plan: (mode, times) => {
      planned = { mode, times };
    },
    strikes: (mode) => {
      if (planned?.mode !== mode || planned.times < 1) {
        return false;
      }
      planned.times -= 1;
      return true;
    },
    hold: (answer) => held.push(answer),
    clear: () => {
      planned = undefined;
      const answers = held;
      held = [];
      for (const answer of answers) {
        answer();
      }
    },
    state: () => ({ mode: planned?.times ? planned.mode : null, times: planned?.times ?? 0, held: held.length }),
  };
}

/** Reads the body of `POST /_mailbox/faults`: `{mode, times?}` or `{clear: true}`. Throws a sentence for the caller. */
export function orderFaults(faults: Faults, body: unknown): void {
  const { mode, times = 1, clear } = (body ?? {}) as { mode?: unknown; times?: unknown; clear?: unknown };
  if (clear === true) {
    faults.clear();
    return;
  }
  if (mode !== 'refuse' && mode !== 'drop-after-data' && mode !== 'hold-after-data') {
    throw new Error('mode is refuse, drop-after-data or hold-after-data');
  }
  if (typeof times !== 'number' || !Number.isInteger(times) || times < 1) {
    throw new Error('times is a whole number from 1');
  }
  faults.plan(mode, times);
}
