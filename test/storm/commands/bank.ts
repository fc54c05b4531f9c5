import fc from 'fast-check';
import { advance } from '../stage/calm.ts';
import { idOf, type StripeObject } from '../stage/simulator.ts';
import { defineCommand, pick, type Stage } from './command.ts';

/** A donor's bank asks for money back, or only asks. */
export const dispute = defineCommand({
  name: 'dispute',
  weight: 5,
  input: fc.record({ which: fc.nat(50), inquiry: fc.boolean(), part: fc.constantFrom(1, 1, 0.4) }),
  async run(stage, { which, inquiry, part }) {
    const charge = pick(await takenCharges(stage), which);
    if (!charge) return false;
    const left = Number(charge.amount) - Number(charge.amount_refunded);
    return moved(stage, 'disputes', { charge: charge.id, inquiry, amount: Math.max(1, Math.floor(left * part)) });
  },
});

/** A bank decides, or an inquiry becomes a dispute. */
export const decideDispute = defineCommand({
  name: 'decide-dispute',
  weight: 6,
  input: fc.record({ which: fc.nat(50), isDonors: fc.boolean(), fee: fc.boolean() }),
  async run(stage, { which, isDonors, fee }) {
    const closed = ['won', 'lost', 'warning_closed', 'prevented'];
    const open = (await stage.slot.stripe.state()).all('dispute').filter(({ status }) => !closed.includes(String(status)));
    const found = pick(open, which);
    if (!found) return false;
    const [forDonor, forUs] = String(found.status).startsWith('warning') ? ['escalate', 'warning_closed'] : ['lost', 'won'];
    const outcome = isDonors ? forDonor : forUs;
    return moved(stage, `disputes/${found.id}`, { outcome, return_fee: fee && outcome === 'won' });
  },
});

/** A card's bank calls a payment fraud before anybody disputes it. */
export const warnOfFraud = defineCommand({
  name: 'warn-of-fraud',
  weight: 1,
  input: fc.record({ which: fc.nat(50) }),
  async run(stage, { which }) {
    const charge = pick(await takenCharges(stage), which);
    return charge ? moved(stage, 'early_fraud_warnings', { charge: charge.id }) : false;
  },
});

const untilPaidOutSeconds = 4 * 86_400;

/** What was paid out comes back from the newsroom's bank, or is called back before it got there; where nothing was yet, it is first. */
export const payoutFails = defineCommand({
  name: 'payout-fails',
  weight: 3,
  input: fc.record({ which: fc.nat(50), called: fc.boolean() }),
  async run(stage, { which, called }) {
    const paidOut = async () =>
      (await stage.slot.stripe.state())
        .all('payout')
        .filter(({ status }) => ['paid', 'in_transit', 'pending'].includes(String(status)));
    if ((await paidOut()).length === 0) await advance(stage.slot, untilPaidOutSeconds);
    const payout = pick(await paidOut(), which);
    const end = called && payout?.status === 'pending' ? 'cancel' : 'fail';
    return payout ? moved(stage, `payouts/${payout.id}/${end}`, {}) : false;
  },
});

/** Stripe takes a fee of the account, or moves money in a way that nobody has heard of. */
export const accountMoney = defineCommand({
  name: 'account-money',
  weight: 2,
  input: fc.record({
    type: fc.constantFrom('stripe_fee', 'tax_fee', 'adjustment', 'something_new_2027'),
    amount: fc.constantFrom(-250, -17, 40),
    currency: fc.constantFrom('eur', 'usd'),
  }),
  run: (stage, given) => moved(stage, 'balance_transactions', given),
});

/** Some currencies are converted from now on, or all are kept as they are. */
export const settlement = defineCommand({
  name: 'settlement',
  weight: 1,
  input: fc.record({ converted: fc.boolean(), rate: fc.constantFrom('0.0061', '0.0059') }),
  run: (stage, { converted, rate }) => {
    const rates = { jpy: rate, gbp: '1.1731' };
    return moved(stage, 'settings', { settlement: converted ? { default: 'eur', also: ['usd'], rates } : { default: null } });
  },
});

async function takenCharges({ slot }: Stage): Promise<StripeObject[]> {
  const state = await slot.stripe.state();
  const disputed = new Set(state.all('dispute').map(({ charge }) => idOf(charge)));
  return state.all('charge').filter((charge) => charge.status === 'succeeded' && !charge.refunded && !disputed.has(charge.id));
}

/** Whether the lever could be moved. */
async function moved({ slot }: Stage, lever: string, body: Record<string, unknown>): Promise<boolean> {
  return slot.stripe.lever(lever, body).then(
    () => true,
    () => false,
  );
}
