import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { money } from '../../src/money.ts';
import { writeReceipt } from '../../src/receipts/write-receipt.ts';
import type { BalanceTransaction, DisputeReading } from '../../src/stripe/gateway.ts';
import { readObject } from '../../webhooks/read-object.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

/** A gift that was given and told of. */
type Given = { id: string; donationId: string; paymentIntent: string };

const told = ['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn'];

describe('a dispute, as Stripe tells of it', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const donation = (id: string) => ground.row('select * from donations where id = $1', id);
  const receipts = (id: string) =>
    ground.rows<{ id: string }>(
      'select id, kind, refunded_minor, disputed_minor, dispute_id from receipts where donation_id = $1 order by year, sequence',
      id,
    );
  const balances = async (id: string) => {
    const rows = await ground.rows<{ account: string; sum: bigint }>(
      `select account, sum(amount_minor)::bigint as sum from ledger_entries join ledger_journals on id = journal_id
       where donation_id = $1 group by account order by account`,
      id,
    );
    return Object.fromEntries(rows.map(({ account, sum }) => [account, sum]));
  };

  async function given(options: { interval?: 'month'; untold?: boolean } = {}): Promise<Given> {
    const gift = await ground.begin({ amount: 2500n, interval: options.interval });
    await ground.payGift(gift);
    const [paid] = (await ground.events(['payment_intent.succeeded'])).slice(-1);
    const paymentIntent = String(paid!.data.object.id);
    if (options.untold) return { id: gift.id, donationId: gift.id, paymentIntent };
    await ground.tell();
    const { id } = await ground.row<{ id: string }>(
      'select id from donations where stripe_payment_intent_id = $1',
      paymentIntent,
    );
    return { id: gift.id, donationId: id, paymentIntent };
  }

  async function dispute(paymentIntent: string, opening: { inquiry?: boolean; amount?: number } = {}): Promise<string> {
    await ground.simulate('disputes', { payment_intent: paymentIntent, ...opening });
    const { data } = await ground.client.disputes.list({ payment_intent: paymentIntent, limit: 1 });
    return data[0]!.id;
  }

  const end = (id: string, outcome: string) => ground.simulate(`disputes/${id}`, { outcome });

  test('takes amount and fee, and when it is won gives the amount back: the gift stays succeeded', async () => {
    const gift = await given();
    const id = await dispute(gift.paymentIntent);
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({
      ...{ status: 'succeeded', disputed_minor: 2500n, dispute_fee_minor: 1500n, dispute_status: 'needs_response' },
      ...{ gross_minor: 2500n, fee_minor: 103n, net_minor: 2397n, refunded_minor: 0n },
    });
    expect(await ground.row('select * from disputes where id = $1', id)).toMatchObject({
      ...{ donation_id: gift.id, status: 'needs_response', reason: 'fraudulent', amount_minor: 2500n, currency: 'eur' },
      ...{ withdrawn_minor: 2500n, fee_minor: 1500n, settlement_currency: 'eur', respond_by: expect.any(Date) },
    });
    expect(await balances(gift.id)).toMatchObject({ disputes: 2500n, dispute_fees: 1500n, stripe_balance: 2397n - 4000n });
    expect(await receipts(gift.id)).toHaveLength(1); // nothing is decided yet
    await end(id, 'won');
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ disputed_minor: 0n, dispute_fee_minor: 1500n, dispute_status: 'won' });
    expect(await ground.row('select * from disputes where id = $1', id)).toMatchObject({ withdrawn_minor: 0n, respond_by: null });
    expect(await balances(gift.id)).toMatchObject({ disputes: 0n, dispute_fees: 1500n, stripe_balance: 2397n - 1500n });
    expect(await receipts(gift.id)).toHaveLength(1);
    expect(await ground.differences()).toEqual([]);
  });

  test('that is heard of before its gift brings the gift along; lost, it corrects the receipt once, however often it is told', async () => {
    const gift = await given({ untold: true });
    const id = await dispute(gift.paymentIntent);
    await end(id, 'lost');
    await ground.tell(told);
    expect(await donation(gift.id)).toMatchObject({
      status: 'succeeded',
      fee_minor: 103n,
      disputed_minor: 2500n,
      dispute_status: 'lost',
    });
    await ground.tell();
    await ground.database.pool.query("update inbox_events set state = 'pending' where subject in ($1, $2)", [
      id,
      gift.paymentIntent,
    ]);
    await Promise.all([ground.work(), ground.work(), readObject(ground.services, id)]);
    expect(await balances(gift.id)).toMatchObject({ disputes: 2500n, dispute_fees: 1500n });
    expect(await receipts(gift.id)).toMatchObject([
      { kind: 'gift', disputed_minor: 0n },
      { kind: 'correction', disputed_minor: 2500n, refunded_minor: 0n, dispute_id: id },
    ]);
    expect(await ground.differences()).toEqual([]);
  });

  test('after a refund in part takes what is left, and its letter says both', async () => {
    const gift = await given();
    await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 1000 });
    await ground.tell();
    const id = await dispute(gift.paymentIntent);
    await end(id, 'lost');
    await ground.tell();
    const [, , correction] = await receipts(gift.id);
    expect(correction).toMatchObject({ refunded_minor: 1000n, disputed_minor: 1500n });
    expect(await letter(correction!.id)).toMatch(
      /bank that paid it has taken back .*Refunded in all: €10\.00.*Taken back by the bank: €15\.00.*Remains donated: €0\.00/s,
    );
  });

  test('lost, and a refund that fails or succeeds after it: no receipt attests more or less than was kept', async () => {
    const gift = await given();
    const { id: refund } = await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 1000 });
    await ground.tell();
    const id = await dispute(gift.paymentIntent, { amount: 2500 });
    await end(id, 'lost');
    await ground.tell();
    await ground.simulate(`refunds/${refund}/fail`);
    await ground.tell();
    const [, , both, afterFailure] = await receipts(gift.id);
    expect(both).toMatchObject({ refunded_minor: 1000n, disputed_minor: 1500n });
    expect(afterFailure).toMatchObject({ refunded_minor: 0n, disputed_minor: 2500n, dispute_id: null });
    const said = await letter(afterFailure!.id);
    expect(said).toMatch(/bank that paid it has taken back .*Taken back by the bank: €25\.00.*Remains donated: €0\.00/s);
    expect(said).not.toContain('Refunded');
  });

  test('lost over an instalment stops the recurring gift; won, it does not', async () => {
    const [kept, stopped] = [await given({ interval: 'month' }), await given({ interval: 'month' })];
    await end(await dispute(kept.paymentIntent), 'won');
    await end(await dispute(stopped.paymentIntent), 'lost');
    await ground.tell();
    expect(await stopsOf(kept.id)).toEqual([]);
    expect(await stopsOf(stopped.id)).toHaveLength(1);
    expect(await ground.row('select stop_requested_at, stop_reason from subscriptions where id = $1', stopped.id)).toEqual({
      stop_requested_at: expect.any(Date),
      stop_reason: 'dispute-lost',
    });
    expect(await donation(stopped.donationId)).toMatchObject({ kind: 'recurring', dispute_status: 'lost' });
  });

  test('stops nothing where history is brought in', async () => {
    const gift = await given({ interval: 'month' });
    const id = await dispute(gift.paymentIntent);
    await end(id, 'lost');
    await readObject({ ...ground.services, withoutLetters: true }, id);
    expect(await donation(gift.donationId)).toMatchObject({ dispute_status: 'lost' });
    expect(await stopsOf(gift.id)).toEqual([]);
    await ground.tell();
  });

  test('stops nothing where the newsroom has ruled so', async () => {
    const gift = await given({ interval: 'month' });
    const id = await dispute(gift.paymentIntent);
    await end(id, 'lost');
    const { config } = ground.services;
    const newsroom = { ...config.newsroom, disputes: { stop_recurring_when_lost: false } };
    await readObject({ ...ground.services, config: { ...config, newsroom } }, id);
    expect(await donation(gift.donationId)).toMatchObject({ dispute_status: 'lost' });
    expect(await stopsOf(gift.id)).toEqual([]);
    await ground.tell();
  });

  test('that is an inquiry moves nothing until it escalates', async () => {
    const gift = await given();
    const id = await dispute(gift.paymentIntent, { inquiry: true });
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({
      disputed_minor: 0n,
      dispute_fee_minor: 0n,
      dispute_status: 'warning_needs_response',
    });
    expect(await balances(gift.id)).not.toHaveProperty('disputes');
    await ground.client.disputes.update(id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' }, submit: true });
    await ground.advance(2);
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({
      disputed_minor: 2500n,
      dispute_fee_minor: 1500n,
      dispute_status: 'needs_response',
    });
  });

  test('of a status that we do not know is parked and reported, and its money is not taken for anything', async () => {
    const gift = await given();
    const id = await dispute(gift.paymentIntent);
    const reading = await ground.services.stripe.getDispute(id);
    const getDispute = async () => ({ ...reading, status: 'half_lost' });
    await ground.deliver(await ground.events(['charge.dispute.created']));
    await ground.work({ ...ground.services, stripe: { ...ground.services.stripe, getDispute } });
    expect(await ground.rows('select state, error from inbox_events where subject = $1', id)).toEqual([
      { state: 'dead', error: 'stripe-value-unknown' },
    ]);
    expect(await donation(gift.id)).toMatchObject({ disputed_minor: 0n, dispute_status: null });
    await readObject(ground.services, id);
    expect(await donation(gift.id)).toMatchObject({ disputed_minor: 2500n });
    await ground.database.pool.query("delete from inbox_events where state = 'dead'");
    await ground.tell();
  });

  test('changes nothing when it is an older reading', async () => {
    const gift = await given();
    const id = await dispute(gift.paymentIntent);
    const early = await ground.services.stripe.getDispute(id);
    await end(id, 'lost');
    await readObject(ground.services, id);
    await ground.database.pool.query('update disputes set read_number = read_number + 1000 where id = $1', [id]);
    await readAgain(early);
    expect(await ground.row('select status from disputes where id = $1', id)).toEqual({ status: 'lost' });
    await ground.tell();
  });

  test('of a payment that is no gift waits to be claimed, then is taken out of other income', async () => {
    const intent = await ground.client.paymentIntents.create({
      ...{ amount: 4200, currency: 'eur', confirm: true, payment_method: 'pm_card_visa', return_url: 'https://www.example.org/' },
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await ground.advance(2);
    const id = await dispute(intent.id);
    await ground.tell();
    expect(await ground.rows('select id from disputes where id = $1', id)).toEqual([]);
    await ground.advance(15 * 60);
    await ground.work();
    expect(await ground.row('select donation_id, withdrawn_minor from disputes where id = $1', id)).toEqual({
      donation_id: null,
      withdrawn_minor: 4200n,
    });
    expect(
      await ground.rows(
        `select account, amount_minor from ledger_entries join ledger_journals on id = journal_id where dispute_id = $1 order by line`,
        id,
      ),
    ).toEqual([
      { account: 'stripe_balance', amount_minor: -5700n },
      { account: 'dispute_fees', amount_minor: 1500n },
      { account: 'other_income', amount_minor: 4200n },
    ]);
  });

  test('may be foretold by a warning of fraud, which moves nothing and is actionable until it is disputed', async () => {
    const gift = await ground.begin({ amount: 2500n });
    await ground.payGift(gift, { card: 'pm_card_createIssuerFraudRecord' });
    await ground.tell(['radar.early_fraud_warning.created']);
    const warning = () => ground.row<{ id: string }>('select * from early_fraud_warnings where donation_id = $1', gift.id);
    expect(await warning()).toMatchObject({ actionable: true, stripe_charge_id: expect.stringMatching(/^ch_/) });
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', disputed_minor: 0n, dispute_status: null });
    const { stripe_payment_intent_id: paymentIntent } = await donation(gift.id);
    await dispute(String(paymentIntent));
    await ground.tell();
    expect(await warning()).toMatchObject({ actionable: false });
    const before = await warning();
    await readObject(ground.services, before.id);
    expect(await warning()).toMatchObject({ ...before, read_number: expect.any(BigInt) });
  });

  test('leaves sound books, with the balance that Stripe has', async () => {
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });

  test('that is lost and appealed corrects the receipt again only when the appeal is won', async () => {
    const gift = await given();
    await ground.client.refunds.create({ payment_intent: gift.paymentIntent, amount: 1000 });
    const id = await dispute(gift.paymentIntent);
    await end(id, 'lost');
    await ground.tell();
    const lost = await ground.services.stripe.getDispute(id);
    await readAgain({ ...lost, status: 'appeal_under_review' });
    expect(await receipts(gift.id)).toHaveLength(3);
    await readAgain({ ...lost, status: 'won', balanceTransactions: [...lost.balanceTransactions, reversal(lost)] });
    const [, , , stands] = await receipts(gift.id);
    expect(stands).toMatchObject({ refunded_minor: 1000n, disputed_minor: 0n, dispute_id: id });
    expect(await letter(stands!.id)).toMatch(/more of it stands than that receipt says.*Remains donated: €15\.00/s);
    expect(await donation(gift.id)).toMatchObject({ disputed_minor: 0n, dispute_fee_minor: 1500n, dispute_status: 'won' });
  });

  /** Reads a dispute anew, as if Stripe answered this. */
  async function readAgain(reading: DisputeReading): Promise<void> {
    const stripe = { ...ground.services.stripe, getDispute: async () => reading };
    await readObject({ ...ground.services, stripe }, reading.id);
  }

  async function letter(receiptId: string): Promise<string> {
    await writeReceipt(ground.services, receiptId);
    return (await ground.row<{ text_body: string }>('select text_body from receipts where id = $1', receiptId)).text_body;
  }

  const stopsOf = (subscriptionId: string) =>
    ground.rows(
      "select payload from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = task_id where identifier = 'stop-subscription' and payload->>'subscriptionId' = $1",
      subscriptionId,
    );
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
