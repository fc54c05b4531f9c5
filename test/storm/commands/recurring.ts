import fc from 'fast-check';
import type { StripeObject } from '../stage/simulator.ts';
import { defineCommand, pick, type Stage } from './command.ts';
import { cardsOf, type Way, wishes } from './give.ts';
import { askForGift, askService, payPage } from './reader.ts';

/** A reader begins to give every month or year. */
export const subscribe = defineCommand({
  name: 'subscribe',
  weight: 10,
  input: fc.record({
    wish: wishes,
    interval: fc.constantFrom<'month' | 'year'>('month', 'month', 'year'),
    way: fc.constantFrom<Way>('visa', 'visa', 'declined, then visa', 'approved at the bank', 'never paid'),
  }),
  async run(stage, { wish, interval, way }) {
    const gift = await askForGift(stage, { ...wish, interval });
    if (gift) await payPage(stage, gift, cardsOf(way));
    return gift !== undefined;
  },
});

/** A donor follows the link under a receipt and ends a recurring gift; the same link twice does no harm. */
export const stop = defineCommand({
  name: 'stop',
  weight: 4,
  input: fc.record({ which: fc.nat(50), twice: fc.boolean() }),
  async run(stage, { which, twice }) {
    const links = stage.slot.mails().flatMap(({ text }) => /\/stop\/[\w.~-]+/.exec(text)?.[0] ?? []);
    const link = pick([...new Set(links)], which);
    if (!link) return false;
    const answers = await Promise.all([link, ...(twice ? [link] : [])].map((path) => askService(stage, 'POST', path)));
    const id =
      /rec_\w+/.exec(Buffer.from(link.split('/').at(-1) ?? '', 'base64url').toString())?.[0] ?? /rec_\w+/.exec(link)?.[0];
    if (answers.some(({ status }) => status === 303) && id) stage.notes.stopped.add(id);
    return answers.some(({ status }) => status === 303);
  },
});

/** Another amount, in the dashboard. */
export const changeAmount = defineCommand({
  name: 'change-amount',
  weight: 2,
  input: fc.record({ which: fc.nat(50), amount: fc.constantFrom(77, 450, 1200) }),
  run: (stage, { which, amount }) =>
    withSubscription(stage, which, async (subscription) => {
      const [item] = (subscription.items as { data: { id: string; price: Price }[] }).data;
      const { currency, product, recurring } = item!.price;
      const digits = currency === 'jpy' ? 1 : 100;
      const price_data = { currency, product, recurring: { interval: recurring.interval }, unit_amount: amount * digits };
      return { items: [{ id: item!.id, price_data }], proration_behavior: 'none' };
    }),
});

type Price = { currency: string; product: string; recurring: { interval: string } };

/** Collection is paused in the dashboard, or goes on. */
export const pauseCollection = defineCommand({
  name: 'pause',
  weight: 2,
  input: fc.record({ which: fc.nat(50), on: fc.boolean() }),
  run: (stage, { which, on }) =>
    withSubscription(stage, which, async () => ({ pause_collection: on ? { behavior: 'void' } : '' })),
});

/** It is to end with its period, or not after all: in the dashboard. */
export const cancelLater = defineCommand({
  name: 'cancel-later',
  weight: 1,
  input: fc.record({ which: fc.nat(50), on: fc.boolean() }),
  run: (stage, { which, on }) => withSubscription(stage, which, async () => ({ cancel_at_period_end: on })),
});

/** The next instalments are due. */
export const renew = defineCommand({
  name: 'renew',
  weight: 3,
  input: fc.record({}),
  async run({ slot }) {
    const state = await slot.stripe.state();
    if (!state.all('subscription').some(({ status }) => status === 'active')) return false;
    await slot.reviveWorkers().catch(() => undefined); // nobody is away for a month: Stripe lists its events for thirty days
    for (const seconds of [16 * 86_400, 15 * 86_400 + 7_200]) {
      await slot.stripe.lever('clock/advance', { seconds });
      for (let turn = 0; turn < 20 && !(await slot.workers()[0]?.lookForEvents()); turn += 1);
    }
    return true;
  },
});

/** The card behind a recurring gift is another one from now on: one that is refused when it is charged, or a good one. */
export const swapCard = defineCommand({
  name: 'swap-card',
  weight: 2,
  input: fc.record({ which: fc.nat(50), bad: fc.boolean() }),
  async run(stage, { which, bad }) {
    const { stripe } = stage.slot;
    const live = (await stripe.state()).all('subscription').filter(({ status }) => !over.includes(String(status)));
    const subscription = pick(live, which);
    if (!subscription) return false;
    const card = bad ? 'pm_card_chargeCustomerFail' : 'pm_card_visa';
    const attached = await stripe.call('POST', `/v1/payment_methods/${card}/attach`, { customer: subscription.customer });
    const { status } = await stripe.call('POST', `/v1/subscriptions/${subscription.id}`, {
      default_payment_method: attached.body.id,
    });
    return status === 200;
  },
});

const over = ['canceled', 'incomplete_expired'];

async function withSubscription(
  { slot }: Stage,
  which: number,
  change: (subscription: StripeObject) => Promise<Record<string, unknown>>,
): Promise<boolean> {
  const live = (await slot.stripe.state()).all('subscription').filter(({ status }) => !over.includes(String(status)));
  const subscription = pick(live, which);
  if (!subscription) return false;
  const { status } = await slot.stripe.call('POST', `/v1/subscriptions/${subscription.id}`, await change(subscription));
  return status === 200;
}
