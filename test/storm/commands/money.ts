import fc from 'fast-check';
import { defineCommand, pick, type Stage } from './command.ts';
import type { ReaderGift } from './notes.ts';
import { askService } from './reader.ts';

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

/** Staff refunds through the service, perhaps two of them at once, and perhaps more than is left. */
export const refundByStaff = defineCommand({
  name: 'refund-by-staff',
  weight: 5,
  input: fc.record({ which: fc.nat(50), part: fc.constantFrom(undefined, 1, 0.6, 0.3), atOnce: fc.integer({ min: 1, max: 3 }) }),
  async run(stage, { which, part, atOnce }) {
    const gift = pick(
      stage.notes.gifts.filter(({ interval }) => interval === 'once'),
      which,
    );
    if (!gift) return false;
    const amount = part && Math.max(1, Math.floor(gift.amount * part));
    const answers = await Promise.all(Array.from({ length: atOnce }, () => askForRefund(stage, gift, amount)));
    return answers.includes(true);
  },
});

/** Asks for it, and once more where nobody answers; answers whether it was taken. */
export async function askForRefund(stage: Stage, gift: ReaderGift, amount: number | undefined): Promise<boolean> {
  stage.notes.count += 1;
  const key = `refund-${stage.notes.count}`;
  const body = { reason: 'requested_by_customer', ...(amount && { amount }) };
  for (let turn = 0; turn < 2; turn += 1) {
    const path = `/v1/admin/donations/${gift.id}/refunds`;
    const answer = await askService(stage, 'POST', path, { body, key, credentials: stage.slot.financeKey });
    if (answer.status === 201) {
      stage.notes.refundsTaken.push({ id: String(answer.body.id), donationId: gift.id, amount: Number(answer.body.amount) });
      return true;
    }
    if (![0, 409].includes(answer.status) && answer.status < 500) return false;
  }
  return false;
}
