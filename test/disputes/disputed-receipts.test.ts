import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { money } from '../../src/money.ts';
import type { BalanceTransaction, DisputeReading } from '../../src/stripe/gateway.ts';
import { type DisputeGround, openDisputeGround } from '../support/dispute-ground.ts';

describe('the receipt of a gift that is disputed', () => {
  let ground: DisputeGround;
  beforeAll(async () => {
    ground = await openDisputeGround();
  });
  afterAll(() => ground?.close());

  test('after a refund in part says that the bank took what was left, and both sums', async () => {
    const gift = await ground.given();
    await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 1000 });
    await ground.tell();
    const id = await ground.dispute(gift.paymentIntent);
    await ground.end(id, 'lost');
    await ground.tell();
    const [, , correction] = await ground.receipts(gift.id);
    expect(correction).toMatchObject({ refunded_minor: 1000n, disputed_minor: 1500n });
    expect(await ground.letter(correction!.id)).toMatch(
      /bank that paid it has taken back .*Refunded in all: €10\.00.*Taken back by the bank: €15\.00.*Remains donated: €0\.00/s,
    );
  });

  test('attests neither more nor less than was kept where a refund fails or succeeds after the dispute was lost', async () => {
    const gift = await ground.given();
    const { id: refund } = await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 1000 });
    await ground.tell();
    const id = await ground.dispute(gift.paymentIntent, { amount: 2500 });
    await ground.end(id, 'lost');
    await ground.tell();
    await ground.simulate(`refunds/${refund}/fail`);
    await ground.tell();
    const [, , both, afterFailure] = await ground.receipts(gift.id);
    expect(both).toMatchObject({ refunded_minor: 1000n, disputed_minor: 1500n });
    expect(afterFailure).toMatchObject({ refunded_minor: 0n, disputed_minor: 2500n, dispute_id: null });
    const said = await ground.letter(afterFailure!.id);
    expect(said).toMatch(/bank that paid it has taken back .*Taken back by the bank: €25\.00.*Remains donated: €0\.00/s);
    expect(said).not.toContain('Refunded');
  });

  test('is corrected again after an appeal only when that is won', async () => {
    const gift = await ground.given();
    await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 1000 });
    const id = await ground.dispute(gift.paymentIntent);
    await ground.end(id, 'lost');
    await ground.tell();
    const lost = await ground.services.stripe.getDispute(id);
    await ground.readAgain({ ...lost, status: 'appeal_under_review' });
    expect(await ground.receipts(gift.id)).toHaveLength(3);
    await ground.readAgain({ ...lost, status: 'won', balanceTransactions: [...lost.balanceTransactions, reversal(lost)] });
    const [, , , stands] = await ground.receipts(gift.id);
    expect(stands).toMatchObject({ refunded_minor: 1000n, disputed_minor: 0n, dispute_id: id });
    expect(await ground.letter(stands!.id)).toMatch(/more of it stands than that receipt says.*Remains donated: €15\.00/s);
    expect(await ground.donation(gift.id)).toMatchObject({ disputed_minor: 0n, dispute_fee_minor: 1500n, dispute_status: 'won' });
  });
});

/** What gives the amount of a dispute back. */
function reversal({ balanceTransactions: [withdrawal] }: DisputeReading): BalanceTransaction {
  const back = money(-withdrawal!.amount.minor, toCurrency('eur'));
  return {
    ...withdrawal!,
    id: 'txn_reversal',
    reportingCategory: 'dispute_reversal',
    amount: back,
    net: back,
    fee: money(0n, back.currency),
  };
}
