/** Simulated time: wall time plus whatever was advanced. The only reader of the machine's clock in the simulator. */
export type SimulatedClock = {
  /** Simulated now in milliseconds since 1970; while a due transition runs it is that transition's own instant. */
  milliseconds(): number;
  /** Simulated now in whole seconds, as Stripe writes instants. */
  seconds(): number;
  /** The simulated year, and the month from 1 to 12, in UTC. */
  calendar(): { year: number; month: number };
  /** How far simulated time is ahead of wall time, in milliseconds. */
  offset(): number;
  advance(milliseconds: number): void;
  /** Runs something as if it were that instant. */
  at<T>(milliseconds: number, run: () => T): T;
};

/** A clock that starts the given number of milliseconds ahead of wall time. */
export function createClock(offsetMilliseconds: number): SimulatedClock {
  let offset = offsetMilliseconds;
  let frozen: number | null = null;
  const milliseconds = () => frozen ?? Date.now() + offset;
  return {
    milliseconds,
    seconds: () => Math.floor(milliseconds() / 1000),
    calendar: () => {
      const date = new Date(milliseconds());
      return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
    },
    offset: () => offset,
    advance: (more) => {
      offset += more;
    },
    at: (instant, run) => {
      const before = frozen;
      frozen = instant;
      try {
        return run();
      } finally {
        frozen = before;
      }
    },
  };
}

/** Starts a stopwatch; asking it tells the milliseconds that have passed since. */
export function startStopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

/** Wall time in whole seconds: signatures are checked against the receiver's real clock. */
export function wallSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
