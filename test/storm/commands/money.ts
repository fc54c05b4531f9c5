import fc from 'fast-check';
import { defineCommand, pick } from './command.ts';

/** Somebody refunds in Stripe's dashboard, wholly or in part. */
export const refundInDashboard = defineCommand({
  name: 'refund-in-dashboard',
  weight: 6,
  input: fc.record({ which: fc.nat(50), part: fc.constantFrom(1, 1, 0.5, 0.3, 0.01) }),
  async run({ slot }, { which, part }) {
    const charges = (await slot.stripe.state())
      .all('charge')
      .filter(({ status, refunded }) => status === 'succeeded' && !refunded);
    const charge = pick(charges, which);
    if (!charge) return false;
    const left = Number(charge.amount) - Number(charge.amount_refunded);
    const amount = Math.max(1, Math.floor(left * part));
    const { status } = await slot.stripe.call('POST', '/v1/refunds', { charge: charge.id, amount });
    return status === 200;
  },
});

/** The account sells something else too: money that is no gift. */
export const foreignCharge = defineCommand({
  name: 'foreign-charge',
  weight: 2,
  input: fc.record({ amount: fc.constantFrom(500, 4200), currency: fc.constantFrom('eur', 'usd') }),
  async run({ slot }, { amount, currency }) {
    const { status } = await slot.stripe.call('POST', '/v1/payment_intents', {
      amount,
      currency,
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://www.example.org/shop',
      description: 'A mug',
    });
    return status === 200;
  },
});
