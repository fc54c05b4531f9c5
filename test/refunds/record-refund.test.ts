import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { type Money, money } from '../../src/money.ts';
import type { RefundReading } from '../../src/stripe/gateway.ts';
import { readObject } from '../../webhooks/read-object.ts';
import { type BegunGift, type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

describe('a refund, as Stripe tells of it', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const donation = (id: string) => ground.row('select * from donations where id = $1', id);
  const refunds = (id: string) => ground.rows('select * from refunds where donation_id = $1 order by created_at, id', id);
  const receipts = (id: string) =>
    ground.rows('select kind, refunded_minor, refund_id from receipts where donation_id = $1 order by year, sequence', id);
  const balance = async (id: string, account: string) =>
    (
      await ground.row<{ sum: bigint }>(
        'select coalesce(sum(amount_minor), 0)::bigint as sum from ledger_entries join ledger_journals on id = journal_id where donation_id = $1 and account = $2',
        id,
        account,
      )
    ).sum;

  async function given(card = 'pm_card_visa'): Promise<BegunGift & { paymentIntent: string }> {
    const gift = await ground.begin({ amount: 2500n });
    await ground.payGift(gift, { card });
    await ground.tell();
    return { ...gift, paymentIntent: String((await donation(gift.id)).stripe_payment_intent_id) };
  }

  test('in part and then in full leaves the gift succeeded, and corrects its receipt each time', async () => {
    const gift = await given();
    await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 1000, reason: 'requested_by_customer' });
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', refunded_minor: 1000n, refunded_settled_minor: 1000n });
    await ground.client.refunds.create({ payment_intent: gift.paymentIntent });
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', refunded_minor: 2500n, fee_minor: 103n });
    expect(await refunds(gift.id)).toMatchObject([
      { status: 'succeeded', amount_minor: 1000n, settled_minor: 1000n, reason: 'requested_by_customer' },
      { status: 'succeeded', amount_minor: 1500n },
    ]);
    expect(await receipts(gift.id)).toMatchObject([
      { kind: 'gift', refunded_minor: 0n, refund_id: null },
      { kind: 'correction', refunded_minor: 1000n, refund_id: expect.stringMatching(/^rfd_/) },
      { kind: 'correction', refunded_minor: 2500n, refund_id: expect.stringMatching(/^rfd_/) },
    ]);
    expect(await balance(gift.id, 'refunds')).toBe(2500n);
    expect(await balance(gift.id, 'stripe_balance')).toBe(-103n);
  });

  test('that is heard of before its gift brings the gift along', async () => {
    const gift = await ground.begin({ amount: 2500n });
    await ground.payGift(gift);
    const [paid] = await ground.events(['payment_intent.succeeded']).then((all) => all.slice(-1));
    await ground.client.refunds.create({ payment_intent: String(paid!.data.object.id) });
    await ground.tell(['refund.created']);
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', refunded_minor: 2500n, fee_minor: 103n });
    expect(await receipts(gift.id)).toMatchObject([{ kind: 'gift' }, { kind: 'correction', refunded_minor: 2500n }]);
    await ground.tell();
    expect(await receipts(gift.id)).toHaveLength(2);
    expect(await balance(gift.id, 'refunds')).toBe(2500n);
  });

  test('is posted once, however often and in whatever order its events are told', async () => {
    const gift = await given();
    await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 700 });
    await ground.tell();
    await ground.database.pool.query("update inbox_events set state = 'pending' where subject like 're_%' or subject = $1", [
      gift.paymentIntent,
    ]);
    await ground.work();
    expect(await balance(gift.id, 'refunds')).toBe(700n);
    expect(await receipts(gift.id)).toHaveLength(2);
  });

  test('leaves sound books, with the balance that Stripe has', async () => {
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });

  test('that fails after all is booked back, and the receipt is corrected again', async () => {
    const gift = await given();
    const refund = await ground.client.refunds.create({ payment_intent: gift.paymentIntent });
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ refunded_minor: 2500n });
    const reading = await ground.services.stripe.getRefund(refund.id);
    const cameBack = {
      ...reading.balanceTransaction!,
      id: 'txn_back',
      type: 'refund_failure',
      reportingCategory: 'refund_failure',
    };
    const [amount, net] = [eur(2500n), eur(2500n)];
    await readAgain(refund.id, { ...reading, status: 'failed', failureBalanceTransaction: { ...cameBack, amount, net } });
    expect(await refunds(gift.id)).toMatchObject([{ status: 'failed', failure_balance_transaction_id: 'txn_back' }]);
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', refunded_minor: 0n, refunded_settled_minor: 0n });
    expect(await balance(gift.id, 'refunds')).toBe(0n);
    expect(await receipts(gift.id)).toMatchObject([
      { kind: 'gift', refunded_minor: 0n },
      { kind: 'correction', refunded_minor: 2500n },
      { kind: 'correction', refunded_minor: 0n, refund_id: null },
    ]);
  });

  test('that is pending counts for nothing until it succeeds', async () => {
    const gift = await given();
    const refund = await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 500 });
    const reading = await ground.services.stripe.getRefund(refund.id);
    await readAgain(refund.id, { ...reading, status: 'pending' });
    expect(await refunds(gift.id)).toMatchObject([{ status: 'pending' }]);
    expect(await donation(gift.id)).toMatchObject({ refunded_minor: 0n });
    expect(await receipts(gift.id)).toHaveLength(1);
    await ground.tell();
    expect(await refunds(gift.id)).toMatchObject([{ status: 'succeeded' }]);
    expect(await donation(gift.id)).toMatchObject({ refunded_minor: 500n });
    expect(await receipts(gift.id)).toMatchObject([{ kind: 'gift' }, { kind: 'correction', refunded_minor: 500n }]);
  });

  test('of a status that we do not know is not taken for paid back', async () => {
    const gift = await given();
    const refund = await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 500 });
    const reading = await ground.services.stripe.getRefund(refund.id);
    await expect(readAgain(refund.id, { ...reading, status: 'half_way' })).rejects.toMatchObject({
      code: 'stripe-value-unknown',
    });
    expect(await refunds(gift.id)).toEqual([]);
  });

  /** Reads a refund anew, as if Stripe answered this. */
  async function readAgain(refundId: string, reading: RefundReading): Promise<void> {
    const stripe = { ...ground.services.stripe, getRefund: async () => reading };
    await readObject({ ...ground.services, stripe }, refundId);
  }
});

function eur(minor: bigint): Money {
  return money(minor, toCurrency('eur'));
}
