import { chance, countFired, type Faults, type WebhookFault } from './faults.ts';
import type { Delivery } from './notes.ts';

const quietMilliseconds = 250;

type Mode = 'reverse' | 'reorder' | 'burst';
type Send = (deliveries: Delivery[], isInParallel: boolean) => void;

/**
 * Deliveries that a fault keeps back for a moment, so that their order can be changed: until nothing more comes, until a window is full, or until
 * somebody waits for all to be sent.
 */
export class Gathering {
  readonly #faults: Faults;
  readonly #send: Send;
  readonly #kept = new Map<Mode, { deliveries: Delivery[]; fault: WebhookFault }>();
  #quiet: NodeJS.Timeout | undefined;

  constructor(faults: Faults, send: Send) {
    this.#faults = faults;
    this.#send = send;
  }

  /** How many are kept back. */
  get size(): number {
    return [...this.#kept.values()].reduce((sum, { deliveries }) => sum + deliveries.length, 0);
  }

  add(delivery: Delivery, mode: Mode, fault: WebhookFault): void {
    const kept = this.#kept.get(mode) ?? { deliveries: [], fault };
    kept.deliveries.push(delivery);
    this.#kept.set(mode, kept);
    clearTimeout(this.#quiet);
    if (mode === 'reorder' && kept.deliveries.length >= fault.window) {
      this.flush();
    } else {
      this.#quiet = setTimeout(() => this.flush(), quietMilliseconds);
    }
  }

  /** Sends all that are kept: the last one first, shuffled, or all at the same time. */
  flush(): void {
    clearTimeout(this.#quiet);
    const batches = [...this.#kept];
    this.#kept.clear();
    for (const [mode, { deliveries, fault }] of batches) {
      const sent =
        mode === 'reverse' ? deliveries.toReversed() : mode === 'reorder' ? this.#shuffled(deliveries, fault) : deliveries;
      const isStruck = mode === 'burst' ? sent.length > 1 : sent.some((delivery, place) => delivery !== deliveries[place]);
      countFired(this.#faults, `webhook ${mode}`, isStruck ? sent.length : 0);
      this.#send(sent, mode === 'burst');
    }
  }

  /** Forgets all that are kept. */
  clear(): void {
    clearTimeout(this.#quiet);
    this.#kept.clear();
  }

  #shuffled(deliveries: Delivery[], fault: WebhookFault): Delivery[] {
    const { seed } = this.#faults;
    const placed = deliveries.map((delivery) => ({ delivery, place: chance(seed, fault.stream, fault.draws++) }));
    return placed.sort((left, right) => left.place - right.place).map(({ delivery }) => delivery);
  }
}
