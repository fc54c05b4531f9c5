import http from 'node:http';
import https from 'node:https';
import { schedule } from './agenda.ts';
import { wallSeconds } from './clock.ts';
import { type Faults, takeWebhookFault } from './faults.ts';
import { signatureHeader } from './signing.ts';
import { apiVersion, type Delivery, type World } from './world.ts';

const atOnce = 16;
const timeoutMilliseconds = 10_000;
const quietMilliseconds = 100;

/** Seconds from one failed attempt to the next; after the last one, some three days on, Stripe gives up. */
const retrySeconds = [10, 60, 300, 1_800, 7_200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200];

/** How an attempt is spoiled on purpose. */
type Spoiling = 'bad-signature' | 'stale' | null;

/** Brings events to webhook endpoints. */
export type Courier = {
  /** A new delivery, or one whose next attempt is due. */
  take(delivery: Delivery): void;
  /** Sends it once more, whatever became of it. */
  redeliver(delivery: Delivery): void;
  /** Sends what a fault held back. */
  release(): void;
  /** Resolves when nothing is being sent and nothing waits to be sent now; what is held back does not count. */
  idle(): Promise<void>;
  close(): void;
};

/** A courier for the world's deliveries, which meet the faults in force. Up to sixteen are under way at once, in no promised order. */
export function createCourier(world: World, faults: Faults): Courier {
  const agents = { 'http:': new http.Agent({ keepAlive: true }), 'https:': new https.Agent({ keepAlive: true }) };
  const queue: { delivery: Delivery; spoiling: Spoiling }[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let backwards: Delivery[] = [];
  let quiet: NodeJS.Timeout | undefined;
  let underWay = 0;
  let isClosed = false;
  let waiting: (() => void)[] = [];

  const push = (delivery: Delivery, spoiling: Spoiling = null) => {
    queue.push({ delivery, spoiling });
    setImmediate(pump);
  };

  function pump(): void {
    while (!isClosed && underWay < atOnce && queue.length > 0) {
      const { delivery, spoiling } = queue.shift()!;
      underWay += 1;
      void attempt(delivery, spoiling).finally(() => {
        underWay -= 1;
        pump();
      });
    }
    if (isClosed || (underWay === 0 && queue.length === 0 && timers.size === 0 && backwards.length === 0)) {
      for (const resolve of waiting) {
        resolve();
      }
      waiting = [];
    }
  }

  async function attempt(delivery: Delivery, spoiling: Spoiling): Promise<void> {
    const endpoint = world.tables.webhook_endpoint.get(delivery.endpoint);
    const event = world.tables.event.get(delivery.event);
    if (!endpoint || !event || endpoint.status !== 'enabled') {
      delivery.status = delivery.status === 'delivered' ? 'delivered' : 'failed';
      delivery.next_attempt_at = null;
      return;
    }
    const body = JSON.stringify({ ...event, api_version: endpoint.api_version ?? apiVersion }, null, 2);
    const secrets = spoiling === 'bad-signature' ? ['whsec_wrong'] : (world.notes.secret.get(endpoint.id)?.secrets ?? []);
    const seconds = wallSeconds() - (spoiling === 'stale' ? 3_600 : 0);
    const outcome = await post(endpoint.url, body, signatureHeader(body, secrets, seconds));
    if (!isClosed) {
      record(delivery, outcome);
    }
  }

  function record(delivery: Delivery, outcome: { status_code: number | null; error: string | null }): void {
    const now = world.clock.seconds();
    delivery.attempts.push({ at: now, ...outcome });
    const isDelivered = outcome.status_code !== null && outcome.status_code >= 200 && outcome.status_code < 300;
    const event = world.tables.event.get(delivery.event);
    if (isDelivered) {
      if (delivery.status !== 'delivered' && event) {
        event.pending_webhooks = Math.max(0, event.pending_webhooks - 1);
      }
      Object.assign(delivery, { status: 'delivered', next_attempt_at: null });
    } else if (delivery.status !== 'delivered') {
      const wait = retrySeconds[delivery.attempts.length - 1];
      const next = wait === undefined ? null : now + wait;
      Object.assign(delivery, { status: next === null ? 'failed' : 'pending', next_attempt_at: next });
      if (next !== null) {
        schedule(world, next * 1000, 'attempt-delivery', delivery.id);
      }
    }
    world.onChange();
  }

  function post(url: string, body: string, signature: string): Promise<{ status_code: number | null; error: string | null }> {
    return new Promise((resolve) => {
      const fail = (error: Error) => resolve({ status_code: null, error: error.message || error.name });
      try {
        const target = new URL(url);
        const isSecure = target.protocol === 'https:';
        const request = (isSecure ? https : http).request(target, {
          method: 'POST',
          agent: agents[isSecure ? 'https:' : 'http:'],
          signal: AbortSignal.timeout(timeoutMilliseconds),
          headers: {
            'content-type': 'application/json; charset=utf-8',
            'content-length': Buffer.byteLength(body),
            'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
            'stripe-signature': signature,
          },
        });
        request.on('error', fail);
        request.on('response', (response) => {
          response.resume();
          response.on('error', fail);
          response.on('end', () => resolve({ status_code: response.statusCode ?? null, error: null }));
        });
        request.end(body);
      } catch (error) {
        fail(error as Error);
      }
    });
  }

  const later = (milliseconds: number, run: () => void) => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
      pump();
    }, milliseconds);
    timers.add(timer);
  };

  function sendBackwards(delivery: Delivery): void {
    backwards.push(delivery);
    clearTimeout(quiet);
    quiet = setTimeout(async () => {
      const batch = backwards.reverse();
      backwards = [];
      underWay += 1;
      for (const each of batch) {
        await attempt(each, null);
      }
      underWay -= 1;
      pump();
    }, quietMilliseconds);
  }

  return {
    take: (delivery) => {
      const fault = takeWebhookFault(faults, delivery.type);
      const { mode } = fault ?? {};
      if (mode === 'hold') {
        delivery.status = 'held';
      } else if (mode === 'lose') {
        delivery.status = 'failed';
      } else if (mode === 'drop') {
        record(delivery, { status_code: null, error: 'dropped on purpose' });
      } else if (mode === 'reverse') {
        sendBackwards(delivery);
      } else if (mode === 'delay') {
        later(fault!.seconds * 1000, () => push(delivery));
      } else {
        const copies = mode === 'duplicate' ? fault!.copies : 1;
        for (let copy = 0; copy < copies; copy += 1) {
          push(delivery, mode === 'bad-signature' || mode === 'stale' ? mode : null);
        }
      }
    },
    redeliver: (delivery) => push(delivery),
    release: () => {
      for (const delivery of world.notes.delivery.values()) {
        if (delivery.status === 'held') {
          delivery.status = 'pending';
          push(delivery);
        }
      }
    },
    idle: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        setImmediate(pump);
      }),
    close: () => {
      isClosed = true;
      clearTimeout(quiet);
      for (const timer of timers) {
        clearTimeout(timer);
      }
      agents['http:'].destroy();
      agents['https:'].destroy();
      pump();
    },
  };
}
