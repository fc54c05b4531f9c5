import fc from 'fast-check';
import { idOf, type StripeObject } from '../stage/simulator.ts';
import { defineCommand, pick, type Stage } from './command.ts';
import { bringCard, followStopLink, passWatched, stopLinks } from './recurring.ts';

const day = 86_400;

/** What becomes of an instalment that is asked for and not paid. */
const endings: Record<string, (stage: Stage, subscription: StripeObject) => Promise<unknown>> = {
  /** Its donor ends the gift while Stripe still asks: nothing of it may be charged any more. */
  stop: (stage, subscription) => stopThis(stage, subscription),
  /** The donor brings a card that works, and pays. */
  async pay(stage, subscription) {
    await bringCard(stage, subscription, 'pm_card_visa');
    const open = (await stage.slot.stripe.state()).all('invoice').filter(({ status }) => status === 'open');
    const invoice = open.find(({ parent }) => JSON.stringify(parent).includes(subscription.id));
    return invoice && stage.slot.stripe.call('POST', `/v1/invoices/${invoice.id}/pay`);
  },
  /** Nobody does anything: Stripe tries again until it gives up. */
  async end({ slot }) {
    for (const seconds of [10 * day, 10 * day, 10 * day]) await passWatched(slot, seconds);
  },
};

/** A month is over, and the card behind a recurring gift is refused; `minutes`: so long after the period's end something becomes of it. */
export const dunning = defineCommand({
  name: 'dunning',
  weight: 3,
  input: fc.record({
    which: fc.nat(50),
    ending: fc.constantFrom(...Object.keys(endings)),
    minutes: fc.constantFrom(10, 90, 2 * 24 * 60),
  }),
  async run(stage, { which, ending, minutes }) {
    const { slot } = stage;
    const subscription = pick(await monthly(stage), which);
    if (!subscription || !(await bringCard(stage, subscription, 'pm_card_chargeCustomerFail'))) return false;
    const { current_period_end } = (subscription.items as { data: { current_period_end: number }[] }).data[0]!;
    const left = current_period_end - slot.now().getTime() / 1000;
    for (const seconds of [left / 2, left / 2 + minutes * 60]) await passWatched(slot, Math.max(1, Math.ceil(seconds)));
    await endings[ending]!(stage, subscription);
    return true;
  },
});

async function monthly({ slot }: Stage): Promise<StripeObject[]> {
  const live = (await slot.stripe.state()).all('subscription').filter(({ status }) => status === 'active');
  return live.filter(({ items }) => JSON.stringify(items).includes('"interval":"month"'));
}

async function stopThis(stage: Stage, subscription: StripeObject): Promise<boolean> {
  const sessions = (await stage.slot.stripe.state()).all('checkout.session');
  const id = sessions.find((session) => idOf(session.subscription) === subscription.id)?.client_reference_id;
  const link = [...stopLinks(stage)].find(([, ends]) => ends === id);
  return link !== undefined && followStopLink(stage, link);
}
