import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportRows, giveOnce, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

describe('a refund made in the Stripe dashboard', () => {
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand();
  });
  afterAll(() => stand?.close());

  test('arrives in the books and corrects the receipt, without touching what was issued', async () => {
    const gift = await giveOnce(stand, { amount: 2500, currency: 'eur' });
    await pay(stand, gift, { email: 'reader@example.net' });
    await stand.settle();
    const [row] = await exportRows(stand, 'donations');

    await stand.stripe.refunds.create({ payment_intent: row!.stripe_payment_intent_id!, amount: 1000 });
    await stand.settle();

    const [after] = await exportRows(stand, 'donations');
    expect(after).toMatchObject({
      status: 'succeeded',
      amount: '25.00',
      gross: '25.00',
      refunded: '10.00',
      refunded_settled: '10.00',
    });
    expect(after!.receipt_number).toBe(row!.receipt_number);
    const entries = await exportRows(stand, 'ledger');
    expect(entries.filter(({ account }) => account === 'refunds').map(({ debit }) => debit)).toEqual(['10.00']);
    const mails = await stand.mails('reader@example.net');
    expect(mails).toHaveLength(2);
    expect(mails[1]!.text).toContain(row!.receipt_number!);
    expect(mails[1]!.text).toContain('10.00');
  });

  test('is posted once, however often Stripe tells of it', async () => {
    const before = await exportRows(stand, 'ledger');
    const { data } = (await (await fetch(`${stand.stripeUrl}/_sim/deliveries`)).json()) as { data: { id: string }[] };
    for (const delivery of data) {
      await stand.simulate(`deliveries/${delivery.id}/redeliver`);
    }
    await stand.settle();
    expect(await exportRows(stand, 'ledger')).toEqual(before);
    expect(await stand.mails('reader@example.net')).toHaveLength(2);
  });
});
