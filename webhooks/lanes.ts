import { inNameOf } from '../src/request-context.ts';
import type { Services } from '../src/services.ts';
import { type Claimed, claimSubject } from './claim-subject.ts';
import { drawReadNumber } from './noted-events.ts';
import { readObjectAs } from './read-object.ts';
import { setBack } from './set-back.ts';

/** Room for so many objects to be read at once. */
export type Lanes = {
  /** Claims what is due until no lane is free (true) or nothing is due (false). */
  fill(): Promise<boolean>;
  isEmpty(): boolean;
  /** Resolves when the first of those that are being read is through; at once where none is. */
  oneFree(): Promise<void>;
  allFree(): Promise<void>;
};

/** Lanes of one worker; `onFree` is called whenever one becomes free. */
export function openLanes(services: Services, count: number, onFree: () => void): Lanes {
  const reading = new Set<Promise<void>>();

  function start({ subject, requestId }: Claimed): void {
    const work = inNameOf(requestId, () => workOn(services, subject)).finally(() => {
      reading.delete(work);
      onFree();
    });
    reading.add(work);
  }

  return {
    async fill() {
      while (reading.size < count) {
        const claimed = await claimSubject(services);
        if (!claimed) {
          return false;
        }
        start(claimed);
      }
      return true;
    },
    isEmpty: () => reading.size === 0,
    oneFree: async () => (reading.size > 0 ? Promise.race(reading) : undefined),
    allFree: async () => void (await Promise.all(reading)),
  };
}

/** Works on one object; a failure is written down on its events or, where that fails too, left to the lease's end. */
async function workOn(services: Services, subject: string): Promise<void> {
  try {
    const readNumber = await drawReadNumber(services.db);
    await readObjectAs(services, subject, readNumber).catch((error: unknown) => setBack(services, subject, readNumber, error));
  } catch (error) {
    services.log.warn('an event is left until its lease ends', { subject, error });
  }
}
