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
    const link = pick([...stopLinks(stage)], which);
    return link !== undefined && followStopLink(stage, link, twice ? 2 : 1);
  },
});

/** The links under the receipts in the mailbox, each with the recurring gift that it ends. */
export function stopLinks({ slot }: Stage): Map<string, string> {
  const links = slot.mails().flatMap(({ text }) => /\/stop\/[\w.~-]+/.exec(text)?.[0] ?? []);
  const idOf = (link: string) => Buffer.from(link.split('/').at(-1)!.split('.')[0]!, 'base64url').toString();
  return new Map(links.map((link) => [link, idOf(link)]));
}

export async function followStopLink(stage: Stage, [link, id]: [string, string], times = 1): Promise<boolean> {
  const answers = await Promise.all(Array.from({ length: times }, () => askService(stage, 'POST', link)));
  const isTaken = answers.some(({ status }) => status === 303);
  if (isTaken) stage.notes.stopped.add(id);
  return isTaken;
}

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
    for (const seconds of [16 * 86_400, 15 * 86_400 + 7_200]) await passWatched(slot, seconds);
    return true;
  },
});

/** Days pass; nobody is away for all of a month, as Stripe lists its events for thirty days. */
export async function passWatched(slot: Stage['slot'], seconds: number): Promise<void> {
  await slot.reviveWorkers().catch(() => undefined);
  await slot.stripe.lever('clock/advance', { seconds });
  for (let turn = 0; turn < 20 && !(await slot.workers()[0]?.lookForEvents()); turn += 1);
}

/** The card behind a recurring gift is another one from now on: one that is refused when it is charged, or a good one. */
export const swapCard = defineCommand({
  name: 'swap-card',
  weight: 2,
  input: fc.record({ which: fc.nat(50), bad: fc.boolean() }),
  async run(stage, { which, bad }) {
    const live = (await stage.slot.stripe.state()).all('subscription').filter(({ status }) => !over.includes(String(status)));
    const subscription = pick(live, which);
    return subscription !== undefined && bringCard(stage, subscription, bad ? 'pm_card_chargeCustomerFail' : 'pm_card_visa');
  },
});

/** From now on this card is charged. */
export async function bringCard({ slot }: Stage, { id, customer }: StripeObject, card: string): Promise<boolean> {
  const attached = await slot.stripe.call('POST', `/v1/payment_methods/${card}/attach`, { customer });
  const wanted = { default_payment_method: attached.body.id };
  return (await slot.stripe.call('POST', `/v1/subscriptions/${id}`, wanted)).status === 200;
}

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
