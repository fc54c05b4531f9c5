import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readObject } from '../../webhooks/read-object.ts';
import { type DisputeGround, openDisputeGround } from '../support/dispute-ground.ts';

const told = ['charge.dispute.created', 'charge.dispute.updated', 'charge.dispute.closed', 'charge.dispute.funds_withdrawn'];

describe('a dispute, as Stripe tells of it', () => {
  let ground: DisputeGround;
  beforeAll(async () => {
    ground = await openDisputeGround();
  });
  afterAll(() => ground?.close());

  const balances = async (id: string) => {
    const rows = await ground.rows<{ account: string; sum: bigint }>(
      `select account, sum(amount_minor)::bigint as sum from ledger_entries join ledger_journals on id = journal_id
       where donation_id = $1 group by account order by account`,
      id,
    );
    return Object.fromEntries(rows.map(({ account, sum }) => [account, sum]));
  };

  test('takes amount and fee, and when it is won gives the amount back: the gift stays succeeded', async () => {
    const gift = await ground.given();
    const id = await ground.dispute(gift.paymentIntent);
    await ground.tell();
    expect(await ground.donation(gift.id)).toMatchObject({
      ...{ status: 'succeeded', disputed_minor: 2500n, dispute_fee_minor: 1500n, dispute_status: 'needs_response' },
      ...{ gross_minor: 2500n, fee_minor: 103n, net_minor: 2397n, refunded_minor: 0n },
    });
    expect(await ground.row('select * from disputes where id = $1', id)).toMatchObject({
      ...{ donation_id: gift.id, status: 'needs_response', reason: 'fraudulent', amount_minor: 2500n, currency: 'eur' },
      ...{ withdrawn_minor: 2500n, fee_minor: 1500n, settlement_currency: 'eur', respond_by: expect.any(Date) },
    });
    expect(await balances(gift.id)).toMatchObject({ disputes: 2500n, dispute_fees: 1500n, stripe_balance: 2397n - 4000n });
    expect(await ground.receipts(gift.id)).toHaveLength(1); // nothing is decided yet
    await ground.end(id, 'won');
    await ground.tell();
    expect(await ground.donation(gift.id)).toMatchObject({ disputed_minor: 0n, dispute_fee_minor: 1500n, dispute_status: 'won' });
    expect(await ground.row('select * from disputes where id = $1', id)).toMatchObject({ withdrawn_minor: 0n, respond_by: null });
    expect(await balances(gift.id)).toMatchObject({ disputes: 0n, dispute_fees: 1500n, stripe_balance: 2397n - 1500n });
    expect(await ground.receipts(gift.id)).toHaveLength(1);
    expect(await ground.differences()).toEqual([]);
  });

  test('that is heard of before its gift brings the gift along; lost, it corrects the receipt once, however often it is told', async () => {
    const gift = await ground.given({ untold: true });
    const id = await ground.dispute(gift.paymentIntent);
    await ground.end(id, 'lost');
    await ground.tell(told);
    expect(await ground.donation(gift.id)).toMatchObject({
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
    expect(await ground.receipts(gift.id)).toMatchObject([
      { kind: 'gift', disputed_minor: 0n },
      { kind: 'correction', disputed_minor: 2500n, refunded_minor: 0n, dispute_id: id },
    ]);
    expect(await ground.differences()).toEqual([]);
  });

  test('that is an inquiry moves nothing until it escalates', async () => {
    const gift = await ground.given();
    const id = await ground.dispute(gift.paymentIntent, { inquiry: true });
    await ground.tell();
    expect(await ground.donation(gift.id)).toMatchObject({
      disputed_minor: 0n,
      dispute_fee_minor: 0n,
      dispute_status: 'warning_needs_response',
    });
    expect(await balances(gift.id)).not.toHaveProperty('disputes');
    await ground.client.disputes.update(id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' }, submit: true });
    await ground.advance(2);
    await ground.tell();
    expect(await ground.donation(gift.id)).toMatchObject({
      disputed_minor: 2500n,
      dispute_fee_minor: 1500n,
      dispute_status: 'needs_response',
    });
  });

  test('of a status that we do not know is parked and reported, and its money is not taken for anything', async () => {
    const gift = await ground.given();
    const id = await ground.dispute(gift.paymentIntent);
    const reading = await ground.services.stripe.getDispute(id);
    const getDispute = async () => ({ ...reading, status: 'half_lost' });
    await ground.deliver(await ground.events(['charge.dispute.created']));
    await ground.work({ ...ground.services, stripe: { ...ground.services.stripe, getDispute } });
    expect(await ground.rows('select state, error from inbox_events where subject = $1', id)).toEqual([
      { state: 'dead', error: 'stripe-value-unknown' },
    ]);
    expect(await ground.donation(gift.id)).toMatchObject({ disputed_minor: 0n, dispute_status: null });
    await readObject(ground.services, id);
    expect(await ground.donation(gift.id)).toMatchObject({ disputed_minor: 2500n });
    await ground.database.pool.query("delete from inbox_events where state = 'dead'");
    await ground.tell();
  });

  test('changes nothing when it is an older reading', async () => {
    const gift = await ground.given();
    const id = await ground.dispute(gift.paymentIntent);
    const early = await ground.services.stripe.getDispute(id);
    await ground.end(id, 'lost');
    await readObject(ground.services, id);
    await ground.database.pool.query('update disputes set read_number = read_number + 1000 where id = $1', [id]);
    await ground.readAgain(early);
    expect(await ground.row('select status from disputes where id = $1', id)).toEqual({ status: 'lost' });
    await ground.tell();
  });

  test('of a payment that is no gift waits to be claimed, then is taken out of other income', async () => {
    const intent = await ground.client.paymentIntents.create({
      ...{ amount: 4200, currency: 'eur', confirm: true, payment_method: 'pm_card_visa', return_url: 'https://www.example.org/' },
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await ground.advance(2);
    const id = await ground.dispute(intent.id);
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
    expect(await ground.donation(gift.id)).toMatchObject({ status: 'succeeded', disputed_minor: 0n, dispute_status: null });
    const { stripe_payment_intent_id: paymentIntent } = await ground.donation(gift.id);
    await ground.dispute(String(paymentIntent));
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
});
