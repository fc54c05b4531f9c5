import { schedule } from './agenda.ts';
import { wallSeconds } from './clock.ts';
import { recordAttempt } from './delivery-attempts.ts';
import { type Faults, takeWebhookFault, type WebhookFault } from './faults.ts';
import { Gathering } from './gathering.ts';
import type { Delivery } from './notes.ts';
import { signatureHeader } from './signing.ts';
import { webhookBody } from './webhook-body.ts';
import { postWebhook, webhookAgents } from './webhook-post.ts';
import type { World } from './world.ts';

const atOnce = 16;

type Parcel = { delivery: Delivery; spoiling?: WebhookFault['mode'] };

/** Brings events to webhook endpoints: up to sixteen at once, in no promised order, meeting the faults in force. */
export class Courier {
  readonly #world: World;
  readonly #faults: Faults;
  readonly #agents = webhookAgents();
  readonly #queue: Parcel[] = [];
  readonly #gathering: Gathering;
  readonly #delayed = new Set<string>();
  readonly #early = new Map<string, Promise<unknown>[]>();
  #underWay = 0;
  #isClosed = false;
  #waiting: (() => void)[] = [];

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
    this.#gathering = new Gathering(faults, (deliveries, isInParallel) => this.#sendBatch(deliveries, isInParallel));
  }

  /** A new delivery, or one whose next attempt is due. */
  take(delivery: Delivery): void {
    const isOfRequest = this.#requestOf(delivery) !== null && delivery.attempts.length === 0;
    const isSpared = this.#delayed.delete(delivery.id);
    const fault = isSpared ? undefined : takeWebhookFault(this.#faults, delivery.type, isOfRequest);
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

  /** Resolves when nothing is being sent and nothing waits to be sent now; what is held back or comes later does not count. */
  idle(): Promise<void> {
    this.#gathering.flush();
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setImmediate(() => this.#pump());
    });
  }

  /** Resolves when the events of a request that a fault sends before its answer have been told. */
  async beforeAnswer(requestId: string): Promise<void> {
    const early = this.#early.get(requestId);
    if (early) {
      this.#early.delete(requestId);
      await Promise.all(early);
    }
  }

  /** Stops sending; what is under way is forgotten, and sent again after the next start. */
  close(): void {
    this.#isClosed = true;
    this.#gathering.clear();
    this.#agents.http.destroy();
    this.#agents.https.destroy();
    this.#pump();
  }

  #spoil(delivery: Delivery, fault: WebhookFault): void {
    const { mode } = fault;
    const spoilings: Partial<Record<WebhookFault['mode'], () => void>> = {
      hold: () => {
        delivery.status = 'held';
      },
      lose: () => {
        delivery.status = 'failed';
      },
      drop: () => recordAttempt(this.#world, delivery, { status_code: null, error: 'dropped on purpose' }),
      duplicate: () => {
        for (let copy = 0; copy < fault.copies; copy += 1) {
          this.#push({ delivery });
        }
      },
      delay: () => this.#delay(delivery, fault.seconds),
      early: () => this.#sendEarly(delivery, fault.seconds),
      reverse: () => this.#gathering.add(delivery, 'reverse', fault),
      reorder: () => this.#gathering.add(delivery, 'reorder', fault),
      burst: () => this.#gathering.add(delivery, 'burst', fault),
      livemode: () => {
        this.#push({ delivery });
        this.#push({ delivery, spoiling: mode });
      },
    };
    const spoiling = spoilings[mode] ?? (() => this.#push({ delivery, spoiling: mode }));
    spoiling();
  }

  #requestOf(delivery: Delivery): string | null {
    return this.#world.tables.event.get(delivery.event)?.request?.id ?? null;
  }

  /** The answer of its request waits until it was told, or for so long at most: whoever is told may be waiting for that answer. */
  #sendEarly(delivery: Delivery, seconds: number): void {
    const request = this.#requestOf(delivery) ?? '';
    const { promise, resolve } = Promise.withResolvers<void>();
    const limit = setTimeout(resolve, seconds * 1000);
    void this.#send({ delivery }).finally(() => {
      clearTimeout(limit);
      resolve();
    });
    this.#early.set(request, [...(this.#early.get(request) ?? []), promise]);
  }

  /** It comes so much later, in simulated time. */
  #delay(delivery: Delivery, seconds: number): void {
    const at = this.#world.clock.milliseconds() + seconds * 1000;
    this.#delayed.add(delivery.id);
    delivery.next_attempt_at = Math.ceil(at / 1000);
    schedule(this.#world, at, 'attempt-delivery', delivery.id);
  }

  async #sendBatch(deliveries: Delivery[], isInParallel: boolean): Promise<void> {
    this.#underWay += 1; // the batch counts until its last one is sent
    if (isInParallel) {
      await Promise.all(deliveries.map((delivery) => this.#attempt({ delivery })));
    } else {
      for (const delivery of deliveries) {
        await this.#attempt({ delivery });
      }
    }
    this.#underWay -= 1;
    this.#pump();
  }

  #push(parcel: Parcel): void {
    this.#queue.push(parcel);
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    while (!this.#isClosed && this.#underWay < atOnce && this.#queue.length > 0) {
      void this.#send(this.#queue.shift()!);
    }
    if (this.#isClosed || this.#underWay + this.#queue.length + this.#gathering.size === 0) {
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const resolve of waiting) {
        resolve();
      }
    }
  }

  async #send(parcel: Parcel): Promise<void> {
    this.#underWay += 1;
    await this.#attempt(parcel);
    this.#underWay -= 1;
    this.#pump();
  }

  async #attempt({ delivery, spoiling }: Parcel): Promise<void> {
    const { tables, notes } = this.#world;
    const endpoint = tables.webhook_endpoint.get(delivery.endpoint);
    const event = tables.event.get(delivery.event);
    if (!endpoint || !event || endpoint.status !== 'enabled') {
      Object.assign(delivery, { status: delivery.status === 'delivered' ? 'delivered' : 'failed', next_attempt_at: null });
      return;
    }
    const body = webhookBody(this.#world, event, endpoint, spoiling);
    const secrets = spoiling === 'bad-signature' ? ['whsec_wrong'] : (notes.secret.get(endpoint.id)?.secrets ?? []);
    const seconds = wallSeconds() - (spoiling === 'stale' ? 3_600 : 0);
    const outcome = await postWebhook(endpoint.url, body, signatureHeader(body, secrets, seconds), this.#agents);
    if (!this.#isClosed && spoiling !== 'livemode') {
      recordAttempt(this.#world, delivery, outcome);
    }
  }
}
