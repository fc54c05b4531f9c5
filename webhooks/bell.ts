/** Ends a wait early. Rung while nobody waits, it ends the next wait at once. */
export type Bell = {
  ring(): void;
  ringAfter(milliseconds: number): void;
  /** Waits that long or until it is rung; answers whether it was. */
  wait(milliseconds: number): Promise<boolean>;
};

/** A bell for one waiter. */
export function createBell(): Bell {
  let isRung = false;
  let isSetToRing = false;
  let wakeUp: (() => void) | undefined;
  const ring = () => {
    isRung = true;
    wakeUp?.();
  };
  return {
    ring,
    ringAfter(milliseconds) {
      if (!isSetToRing) {
        isSetToRing = true;
        setTimeout(() => {
          isSetToRing = false;
          ring();
        }, milliseconds);
      }
    },
    async wait(milliseconds) {
      if (!isRung) {
        await new Promise<void>((resolve) => {
          const end = setTimeout(resolve, milliseconds);
          wakeUp = () => {
            clearTimeout(end);
            resolve();
          };
        });
        wakeUp = undefined;
      }
      const wasRung = isRung;
      isRung = false;
      return wasRung;
    },
  };
}
