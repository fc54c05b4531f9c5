import { AppError } from '../errors.ts';
import type { StripeGateway } from './gateway.ts';
import { isStripeAway, isStripeBusy } from './retry.ts';

export type BreakerState = 'closed' | 'open' | 'half-open';

/** Who asks: readers and staff, who wait for the answer, or the work on what Stripe told us, which can wait itself. */
export type Asker = 'readers' | 'bulk';

export type BreakerOptions = {
  /** So many outages one after the other open it; 5 unless set. */
  outages?: number;
  /** How long it stays open the first time, doubled each time that Stripe is still away, eight times as long at most; 5 unless set. */
  openSeconds?: number;
  /** How long bulk work waits for readers, for a busy Stripe or for the breaker before it goes on or gives up; 10 unless set. */
  patienceSeconds?: number;
  onChange?(state: BreakerState): void;
};

/** Stands between this process and Stripe. */
export type Breaker = { guard(gateway: StripeGateway, asker: Asker): StripeGateway };

type Ask = (...parts: unknown[]) => Promise<unknown>;

/** Bulk work lets readers go first, but not for ever. */
const courtesyMs = 100;
const busyMs = 1000;
const lookAgainMs = 25;

/**
 * Keeps a process from asking a Stripe that is away. After several outages in a row it is open: readers hear at once that Stripe is
 * unavailable and when to ask again, bulk work waits. Then one question is let through (half-open), and its answer decides. While it is
 * closed, bulk work lets readers' questions go first, and holds back for a second when Stripe asks for fewer.
 */
export function createBreaker(options: BreakerOptions = {}): Breaker {
  const circuit = createCircuit(options);
  const patienceMs = (options.patienceSeconds ?? 10) * 1000;
  const reading = { count: 0 };
  const wrap = (ask: Ask, asker: Asker): Ask => {
    return async (...parts) => {
      if (asker === 'bulk') {
        await waitForReaders(reading);
        await waitUntil(() => circuit.waitMs('bulk') === 0, patienceMs);
      }
      const isProbe = circuit.admit(asker);
      reading.count += asker === 'readers' ? 1 : 0;
      try {
        const answer = await ask(...parts);
        circuit.noteAnswer();
        return answer;
      } catch (error) {
        circuit.noteError(error, isProbe);
        throw error;
      } finally {
        reading.count -= asker === 'readers' ? 1 : 0;
      }
    };
  };
  return {
    guard: (gateway, asker) =>
      Object.fromEntries(Object.entries(gateway).map(([name, ask]) => [name, wrap(ask as Ask, asker)])) as StripeGateway,
  };
}

/** Counts outages and says who may ask now; on performance's clock. */
function createCircuit({ outages = 5, openSeconds = 5, onChange = () => undefined }: BreakerOptions) {
  let state: BreakerState = 'closed';
  let inARow = 0;
  let openMs = openSeconds * 1000;
  let until = 0;
  let busyUntil = 0;
  const become = (next: BreakerState) => {
    if (next !== state) {
      state = next;
      onChange(next);
    }
  };
  const open = () => {
    until = performance.now() + openMs;
    openMs = Math.min(openMs * 2, openSeconds * 8000);
    become('open');
  };
  const waitMs = (asker: Asker) => {
    const now = performance.now();
    if (state === 'half-open') {
      return lookAgainMs;
    }
    return Math.max(0, (state === 'open' ? until : asker === 'bulk' ? busyUntil : now) - now);
  };
  return {
    waitMs,
    /** Throws stripe-unavailable where nobody may ask; answers whether this is the one question that decides. */
    admit(asker: Asker): boolean {
      if (state !== 'closed' && waitMs(asker) > 0) {
        const retryAfterSeconds = Math.max(1, Math.ceil((until - performance.now()) / 1000));
        throw new AppError('stripe-unavailable', 'Stripe cannot be reached at the moment', {
          retryAfterSeconds,
          extension: { stripe_code: 'breaker_open' },
        });
      }
      const isProbe = state === 'open';
      if (isProbe) {
        become('half-open');
      }
      return isProbe;
    },
    /** Whatever Stripe answers, it is there. */
    noteAnswer(): void {
      inARow = 0;
      openMs = openSeconds * 1000;
      become('closed');
    },
    noteError(error: unknown, isProbe: boolean): void {
      if (isStripeBusy(error)) {
        busyUntil = performance.now() + busyMs;
      }
      if (!isStripeAway(error)) {
        this.noteAnswer();
        return;
      }
      inARow += 1;
      if (isProbe || (state === 'closed' && inARow >= outages)) {
        open();
      }
    },
  };
}

function waitForReaders(reading: { count: number }): Promise<void> {
  return waitUntil(() => reading.count === 0, courtesyMs);
}

async function waitUntil(isSo: () => boolean, mostMs: number): Promise<void> {
  const end = performance.now() + mostMs;
  while (!isSo() && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs));
  }
}
