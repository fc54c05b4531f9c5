import type { Services } from '../src/services.ts';
import { createBell } from './bell.ts';
import { openLanes } from './lanes.ts';

/** How many objects one worker reads at once. */
const laneCount = 4;
const shortestPollMs = 250;
const longestPollMs = 1000;
/** Stripe tells of one gift in several events at once: those that come this close together are worked on together. */
const gatherMs = 40;

/** What works on the inbox in one process; as many as wanted may run against one database. */
export type InboxWorker = {
  start(): void;
  /** Something was stored: look at once. */
  wake(): void;
  /** Takes nothing new and waits for what is being read. Safe twice. */
  stop(): Promise<void>;
  /** Works until nothing is due that nobody else has. */
  drain(): Promise<void>;
};

/** Claims what is due, reads it from Stripe and applies it, object by object; an object that fails holds up no other. */
export function createInboxWorker(services: Services): InboxWorker {
  const bell = createBell();
  const lanes = openLanes(services, laneCount, () => bell.ring());
  let isStopping = false;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    let pollMs = shortestPollMs;
    while (!isStopping) {
      const isFull = await lanes.fill().catch((error: unknown) => {
        services.log.warn('the inbox cannot be looked at, trying again', { error });
        return false;
      });
      if (isFull) {
        await lanes.oneFree();
      } else {
        pollMs = (await bell.wait(pollMs)) ? shortestPollMs : Math.min(pollMs * 2, longestPollMs);
      }
    }
    await lanes.allFree();
  }

  return {
    start() {
      running ??= run();
    },
    wake: () => bell.ringAfter(gatherMs),
    async stop() {
      isStopping = true;
      bell.ring();
      await running;
    },
    async drain() {
      while ((await lanes.fill()) || !lanes.isEmpty()) {
        await lanes.oneFree();
      }
    },
  };
}
