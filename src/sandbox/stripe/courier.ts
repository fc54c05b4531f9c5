import { schedule } from './agenda.ts';
import { wallSeconds } from './clock.ts';
import { type Faults, takeWebhookFault, type WebhookFault } from './faults.ts';
import { signatureHeader } from './signing.ts';
import { type Outcome, postWebhook, webhookAgents } from './webhook-post.ts';
import { apiVersion, type Delivery, type World } from './world.ts';

const atOnce = 16;
const quietMilliseconds = 100;

/** Seconds from one failed attempt to the next; after the last one, some three days on, Stripe gives up. */
const retrySeconds = [10, 60, 300, 1_800, 7_200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200];

type Parcel = { delivery: Delivery; spoiling?: WebhookFault['mode'] };

/** Brings events to webhook endpoints: up to sixteen at once, in no promised order, meeting the faults in force. */
export class Courier {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #agents = webhookAgents();
  readonly #queue: Parcel[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  #backwards: Delivery[] = [];
  #quiet: NodeJS.Timeout | undefined;
  #underWay = 0;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
  }

  /** A new delivery, or one whose next attempt is due. */
  take(delivery: Delivery): void {
    const fault = takeWebhookFault(this.#faults, delivery.type);
    if (fault) {
      this.#spoil(delivery, fault);
    } else {
      this.#push({ delivery });
    }
  }

  /** Sends it once more, whatever became of it. */
  redeliver(delivery: Delivery): void {
    this.#push({ delivery });
  }

  /** Sends what a fault held back. */
  release(): void {
    for (const delivery of this.#world.notes.delivery.values()) {
      if (delivery.status === 'held') {
        delivery.status = 'pending';
        this.#push({ delivery });
      }
    }
  }

  /** Resolves when nothing is being sent and nothing waits to be sent now; what is held back does not count. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setImmediate(() => this.#pump());
    });
  }

  /** Stops sending; what is under way is forgotten, and sent again after the next start. */
  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#quiet);
    for (const timer of this.#timers) {
      clearTimeout(timer);
    }
    this.#agents.http.destroy();
    this.#agents.https.destroy();
    this.#pump();
  }

  #spoil(delivery: Delivery, fault: WebhookFault): void {
    const spoilings: Record<WebhookFault['mode'], () => void> = {
      hold: () => {
        delivery.status = 'held';
      },
      lose: () => {
        delivery.status = 'failed';
      },
      drop: () => this.#record(delivery, { status_code: null, error: 'dropped on purpose' }),
      duplicate: () => {
        for (let copy = 0; copy < fault.copies; copy += 1) {
          this.#push({ delivery });
        }
      },
      reverse: () => this.#pushBackwards(delivery),
      delay: () => this.#pushLater(delivery, fault.seconds),
      'bad-signature': () => this.#push({ delivery, spoiling: fault.mode }),
      stale: () => this.#push({ delivery, spoiling: fault.mode }),
    };
    spoilings[fault.mode]();
  }

  #push(parcel: Parcel): void {
    this.#queue.push(parcel);
    setImmediate(() => this.#pump());
  }

  /** Waits for a quiet moment, then sends all that came, the last one first and one by one. */
  #pushBackwards(delivery: Delivery): void {
    this.#backwards.push(delivery);
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(async () => {
      const batch = this.#backwards.reverse();
      this.#backwards = [];
      this.#underWay += 1;
      for (const each of batch) {
        await this.#attempt({ delivery: each });
      }
      this.#underWay -= 1;
      this.#pump();
    }, quietMilliseconds);
  }

  #pushLater(delivery: Delivery, seconds: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#push({ delivery });
    }, seconds * 1000);
    this.#timers.add(timer);
  }

  #pump(): void {
    while (!this.#isClosed && this.#underWay < atOnce && this.#queue.length > 0) {
      const parcel = this.#queue.shift()!;
      this.#underWay += 1;
      void this.#attempt(parcel).finally(() => {
        this.#underWay -= 1;
        this.#pump();
      });
    }
    const left = this.#underWay + this.#queue.length + this.#timers.size + this.#backwards.length;
    if (this.#isClosed || left === 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) {
        resolve();
      }
    }
  }

  async #attempt({ delivery, spoiling }: Parcel): Promise<void> {
    const { tables, notes } = this.#world;
    const endpoint = tables.webhook_endpoint.get(delivery.endpoint);
    const event = tables.event.get(delivery.event);
    if (!endpoint || !event || endpoint.status !== 'enabled') {
      Object.assign(delivery, { status: delivery.status === 'delivered' ? 'delivered' : 'failed', next_attempt_at: null });
      return;
    }
    const body = JSON.stringify({ ...event, api_version: endpoint.api_version ?? apiVersion }, null, 2);
    const secrets = spoiling === 'bad-signature' ? ['whsec_wrong'] : (notes.secret.get(endpoint.id)?.secrets ?? []);
    const seconds = wallSeconds() - (spoiling === 'stale' ? 3_600 : 0);
    const outcome = await postWebhook(endpoint.url, body, signatureHeader(body, secrets, seconds), this.#agents);
    if (!this.#isClosed) {
      this.#record(delivery, outcome);
    }
  }

  #record(delivery: Delivery, outcome: Outcome): void {
    const world = this.#world;
    const now = world.clock.seconds();
    delivery.attempts.push({ at: now, ...outcome });
    const { status_code } = outcome;
    const event = world.tables.event.get(delivery.event);
    if (status_code !== null && status_code >= 200 && status_code < 300) {
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
}
