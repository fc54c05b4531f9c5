/** What happened over a whole storm. */
export type Tally = {
  ran(command: string, wasPossible: boolean): void;
  fired(kind: string, times?: number): void;
  counts(): Counts;
  /** Adds what another process counted. */
  add(counts: Counts): void;
};

export type Counts = { ran: Record<string, number>; skipped: Record<string, number>; fired: Record<string, number> };

export function openTally(): Tally {
  const counts: Counts = { ran: {}, skipped: {}, fired: {} };
  const add = (to: Record<string, number>, key: string, times: number) => {
    to[key] = (to[key] ?? 0) + times;
  };
  return {
    ran: (command, wasPossible) => add(wasPossible ? counts.ran : counts.skipped, command, 1),
    fired: (kind, times = 1) => add(counts.fired, kind, times),
    counts: () => counts,
    add(other) {
      for (const group of ['ran', 'skipped', 'fired'] as const) {
        for (const [key, times] of Object.entries(other[group])) add(counts[group], key, times);
      }
    },
  };
}

/** Kinds of faults: each has to be met by somebody in a long storm, else the storm sleeps. */
export const faultsThatMustFire = [
  ...['429', '500', 'lock', 'in-use', 'cut-before', 'cut-after', '500-after', 'malformed', 'slow', 'late'].map(
    (kind) => `api ${kind}`,
  ),
  ...['hold', 'drop', 'lose', 'duplicate', 'delay', 'early', 'reverse', 'reorder', 'burst'].map((mode) => `webhook ${mode}`),
  ...['bad-signature', 'stale', 'acacia', 'livemode', 'thin', 'delivered again', 'of the other mode'].map(
    (mode) => `webhook ${mode}`,
  ),
  ...['other secret', 'tampered', 'an hour ago', 'no signature'].map((lie) => `forged webhook (${lie})`),
  'mail refuse',
  'mail drop-after-data',
  'database connection cut',
  'database write failed',
  'worker killed',
];
