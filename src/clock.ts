/** What time it is for everything that is due later; in the demo and in tests it follows the simulator's. */
export type Clock = { now(): Date };

/** Wall time. */
export const systemClock: Clock = { now: () => new Date() };

/** `date` moved by a number of seconds. */
export function plusSeconds(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000);
}

/** An instant from Unix seconds, as Stripe gives them. */
export function fromUnix(seconds: number): Date {
  return new Date(seconds * 1000);
}
