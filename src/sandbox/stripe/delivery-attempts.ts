import { schedule } from './agenda.ts';
import type { Delivery } from './notes.ts';
import type { Outcome } from './webhook-post.ts';
import type { World } from './world.ts';

/** Seconds from one failed attempt to the next; after the last one, some three days on, Stripe gives up. */
const retrySeconds = [10, 60, 300, 1_800, 7_200, 18_000, 36_000, 43_200, 43_200, 43_200, 43_200];

/** Writes down what came of an attempt; one that failed has its next one scheduled, unless it was the last. */
export function recordAttempt(world: World, delivery: Delivery, outcome: Outcome): void {
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
