import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const quarter = 15 * 60;

describe('a payment that nothing marks as ours', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround({
      newsroom: { foreign_charges: [{ metadata: { box: 'lobby' }, description: 'donation' }] },
    });
  });
  afterAll(() => ground?.close());

  async function charge(params: { description?: string; metadata?: Record<string, string> } = {}): Promise<string> {
    const intent = await ground.client.paymentIntents.create({
      amount: 4200,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://www.example.org/',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
      ...params,
    });
    await ground.advance(2);
    return intent.id;
  }
  const journals = (paymentIntent: string) =>
    ground.rows(
      `select entry.account, entry.amount_minor, journal.donation_id from ledger_entries entry
       join ledger_journals journal on journal.id = entry.journal_id
       where journal.stripe_source_id in (select data from unnest($1::text[]) data) order by journal.position, line`,
      [paymentIntent],
    );
  const chargeOf = async (paymentIntent: string) =>
    String((await ground.client.paymentIntents.retrieve(paymentIntent)).latest_charge);
  const states = (subject: string) => ground.rows('select distinct state from inbox_events where subject = $1', subject);

  test('waits a quarter of an hour, then is other income: no gift, no receipt, no letter', async () => {
    const paymentIntent = await charge({ description: 'Tickets' });
    await ground.tell();
    expect(await states(paymentIntent)).toEqual([{ state: 'pending' }]);
    expect(await ground.rows('select id from ledger_journals')).toEqual([]);
    await ground.advance(quarter);
    await ground.work();
    expect(await states(paymentIntent)).toEqual([{ state: 'done' }]);
    expect(await journals(await chargeOf(paymentIntent))).toEqual([
      { account: 'stripe_balance', amount_minor: 4048n, donation_id: null },
      { account: 'stripe_fees', amount_minor: 152n, donation_id: null },
      { account: 'other_income', amount_minor: -4200n, donation_id: null },
    ]);
    expect(await ground.rows('select id from donations where stripe_payment_intent_id = $1', paymentIntent)).toEqual([]);
    expect(await ground.rows('select id from receipts')).toEqual([]);
    expect(await ground.rows('select id from graphile_worker.jobs')).toEqual([]);
  });

  test('is refunded out of other income', async () => {
    const paymentIntent = await charge({ description: 'Tickets' });
    const refund = await ground.client.refunds.create({ payment_intent: paymentIntent });
    await ground.advance(quarter);
    await ground.tell();
    expect(await journals(refund.id)).toEqual([
      { account: 'stripe_balance', amount_minor: -4200n, donation_id: null },
      { account: 'other_income', amount_minor: 4200n, donation_id: null },
    ]);
    expect(await ground.rows('select id from refunds')).toEqual([]);
  });

  test('is a gift where a rule of the newsroom says so, still without a receipt', async () => {
    const paymentIntent = await charge({ description: 'Donation at the desk', metadata: { box: 'lobby' } });
    const other = await charge({ description: 'Donation at the desk', metadata: { box: 'shop' } });
    await ground.advance(quarter);
    await ground.tell();
    expect(
      await ground.row('select kind, status, fee_minor from donations where stripe_payment_intent_id = $1', paymentIntent),
    ).toEqual({
      kind: 'one-time',
      status: 'succeeded',
      fee_minor: 152n,
    });
    expect((await journals(await chargeOf(paymentIntent))).map(({ account }) => account)).toContain('donations');
    expect(await ground.rows('select id from donations where stripe_payment_intent_id = $1', other)).toEqual([]);
    expect(await ground.rows('select id from receipts')).toEqual([]);
  });

  test('of which nothing was taken leaves no trace in the books', async () => {
    const before = await ground.rows('select id from ledger_journals');
    const intent = await ground.client.paymentIntents.create({ amount: 900, currency: 'eur' });
    await ground.client.paymentIntents.cancel(intent.id);
    await ground.tell();
    expect(await states(intent.id)).toEqual([{ state: 'done' }]);
    expect(await ground.rows('select id from ledger_journals')).toHaveLength(before.length);
  });

  test('leaves sound books, with the balance that Stripe has', async () => {
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });
});
