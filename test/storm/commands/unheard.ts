import fc from 'fast-check';
import { eventually } from '../../support/eventually.ts';
import { advance } from '../stage/calm.ts';
import { idOf } from '../stage/simulator.ts';
import { defineCommand, pick, type Stage } from './command.ts';
import { cardsOf, type Way, wishes } from './give.ts';
import { askForRefund } from './money.ts';
import { askForGift, payPage } from './reader.ts';

/** Longer than a page is open, and than Stripe remembers a key. */
const aboutADay = 25 * 3600;

const kinds: Record<string, (stage: Stage, which: number) => Promise<boolean>> = {
  /** A page is paid, and none of its events ever comes. */
  async gift(stage, which) {
    const [wish] = fc.sample(wishes, { seed: which, numRuns: 1 });
    const gift = await askForGift(stage, { ...wish!, interval: which % 3 === 0 ? 'month' : 'once' });
    await loseEvents(stage);
    if (gift) await payPage(stage, gift, cardsOf(pick<Way>(['visa', 'declined, then visa', 'bank debit'], which)!));
    return gift !== undefined;
  },
  /** Stripe makes a refund that staff want, and neither its answer nor its events ever come. */
  async refund(stage, which) {
    const gift = pick(await untouchedGifts(stage), which);
    if (!gift) return false;
    await loseEvents(stage);
    const fault = { fault: 'cut-after', method: 'POST', path: '/v1/refunds', times: 2 }; // one more try is Stripe's client's own
    await stage.slot.stripe.lever('faults', { api: fault });
    if (!(await askForRefund(stage, gift, Math.max(1, Math.floor(gift.amount / 3))))) return false;
    await eventually(async () => {
      const { rowCount } = await stage.slot.database.pool.query("select from refunds where status = 'unknown'");
      if (!rowCount) throw new Error('it was not asked for yet');
    }, 3).catch(() => undefined);
    return true;
  },
};

/** For a day nothing is heard of something that Stripe did: what is not known then has to be looked up before anything is done again. */
export const unheard = defineCommand({
  name: 'unheard',
  weight: 4,
  input: fc.record({ kind: fc.constantFrom(...Object.keys(kinds)), which: fc.nat(50) }),
  async run(stage, { kind, which }) {
    const isDone = await kinds[kind]!(stage, which);
    if (isDone) await advance(stage.slot, aboutADay);
    return isDone;
  },
});

function loseEvents({ slot }: Stage): Promise<unknown> {
  return slot.stripe.lever('faults', { webhooks: { mode: 'lose', times: 10 } });
}

/** One-time gifts that arrived whole, of which nothing was given back or asked back. */
async function untouchedGifts({ slot, notes }: Stage) {
  const state = await slot.stripe.state();
  const disputed = new Set(state.all('dispute').map(({ charge }) => charge));
  return notes.gifts.filter(({ interval, checkoutId }) => {
    const intent = state.find('payment_intent', state.find('checkout.session', checkoutId)?.payment_intent);
    const charge = state.find('charge', idOf(intent?.latest_charge));
    return interval === 'once' && charge?.status === 'succeeded' && charge.amount_refunded === 0 && !disputed.has(charge.id);
  });
}
