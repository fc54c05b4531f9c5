import fc from 'fast-check';
import { eventually } from '../../support/eventually.ts';
import { advance } from '../stage/calm.ts';
import type { StripeObject } from '../stage/simulator.ts';
import { defineCommand, pick, type Stage } from './command.ts';
import { cardsOf, wishes } from './give.ts';
import { askForGift, payPage } from './reader.ts';

/** How long the older answer is on its way; longer where much happens meanwhile. */
const lateSeconds = 0.4;

/** Two things that happen to one object, one after the other; undefined where there is none. `path`: where it is read. */
type Twofold = { path: string; seconds?: number; first(): Promise<unknown>; second(): Promise<unknown> } | undefined;

const kinds: Record<string, (stage: Stage, which: number) => Promise<Twofold>> = {
  async subscription({ slot }, which) {
    const live = (await slot.stripe.state()).all('subscription').filter(({ status }) => status === 'active');
    const subscription = pick(live, which);
    if (!subscription) return undefined;
    const path = `/v1/subscriptions/${subscription.id}`;
    return {
      path,
      first: () => slot.stripe.call('POST', path, { cancel_at_period_end: true }),
      second: () => slot.stripe.call('DELETE', path),
    };
  },
  async refund({ slot }, which) {
    const charge = pick(await untouched(slot), which);
    if (!charge) return undefined;
    let id: unknown;
    return {
      path: '/v1/refunds/*',
      async first() {
        id = (await slot.stripe.call('POST', '/v1/refunds', { charge: charge.id, amount: 30 })).body.id;
      },
      second: () => slot.stripe.lever(`refunds/${id}/fail`),
    };
  },
  async dispute({ slot }, which) {
    const charge = pick(await untouched(slot), which);
    if (!charge) return undefined;
    let id: unknown;
    return {
      path: '/v1/disputes/*',
      async first() {
        id = (await slot.stripe.lever('disputes', { charge: charge.id })).id;
      },
      second: () => slot.stripe.lever(`disputes/${id}`, { outcome: 'lost' }),
    };
  },
  async gift(stage, which) {
    const gift = await askForGift(stage, fc.sample(wishes, { seed: which, numRuns: 1 })[0]!);
    if (!gift) return undefined;
    return {
      path: '/v1/checkout/sessions/*',
      seconds: 3 * lateSeconds,
      first: () => payPage(stage, gift, cardsOf('bank debit that fails after days')),
      second: () => advance(stage.slot, 15 * 86_400),
    };
  },
};

/**
 * What Stripe answers is old when it comes: the same object has changed, an event told of it, and perhaps somebody else has read it
 * meanwhile, as the first reading took longer than its lease.
 */
export const overtake = defineCommand({
  name: 'overtake',
  weight: 5,
  input: fc.record({ kind: fc.constantFrom(...Object.keys(kinds)), which: fc.nat(50), leaseEnds: fc.boolean() }),
  async run(stage, { kind, which, leaseEnds }) {
    const { slot } = stage;
    const changes = await kinds[kind]!(stage, which);
    if (!changes) return false;
    const lateOnes = async () => (await slot.stripe.state()).fired['api late'] ?? 0;
    const before = await lateOnes();
    const fault = { fault: 'late', method: 'GET', path: changes.path, times: 1, seconds: changes.seconds ?? lateSeconds };
    await slot.stripe.lever('faults', { api: fault });
    await changes.first().catch(() => undefined); // somebody else may have been faster: then it is not possible any more
    const isRead = async () => {
      if ((await lateOnes()) === before) throw new Error('nobody has asked yet');
    };
    await eventually(isRead, 0.5).catch(() => undefined); // its event may be held, lost or late
    if (leaseEnds) await slot.fallSilent();
    await changes.second().catch(() => undefined);
    return true;
  },
});

async function untouched({ stripe }: Stage['slot']): Promise<StripeObject[]> {
  const state = await stripe.state();
  const disputed = new Set(state.all('dispute').map(({ charge }) => charge));
  return state
    .all('charge')
    .filter(({ id, status, amount_refunded }) => status === 'succeeded' && amount_refunded === 0 && !disputed.has(id));
}
