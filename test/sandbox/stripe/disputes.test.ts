import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.simulator.close());

const charge = (payment_method: string, amount = 4200, currency = 'usd') =>
  stripe.paymentIntents.create({ amount, currency, payment_method, confirm: true });

/** The only dispute of a payment, and what has been told of it and its charge since it was made, oldest first. */
async function disputeOf(intent: Stripe.PaymentIntent) {
  const { data } = await stripe.disputes.list({ payment_intent: intent.id });
  return data[0]!;
}

async function toldOf(id: string) {
  const { data } = await stripe.events.list({ limit: 100 });
  const about = data.filter((event) => [id].includes((event.data.object as { id: string }).id));
  return about.map(({ type }) => type).reverse();
}

describe('a dispute', () => {
  test('takes the money and a fee, and gives the money back when it is won', async () => {
    const intent = await charge('pm_card_createDispute');
    await sandbox.advance(2);
    const opened = await disputeOf(intent);
    expect(opened).toMatchObject({ amount: 4200, reason: 'fraudulent', status: 'needs_response', is_charge_refundable: false });
    expect(opened.balance_transactions).toMatchObject([
      { amount: -4200, fee: 1500, net: -5700, type: 'adjustment', reporting_category: 'dispute', source: opened.id },
    ]);
    expect(await stripe.charges.retrieve(intent.latest_charge as string)).toMatchObject({ disputed: true });
    await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({ code: 'charge_disputed' });

    await stripe.disputes.update(opened.id, { evidence: { product_description: 'An article' }, submit: false });
    const handedIn = await stripe.disputes.update(opened.id, { evidence: { uncategorized_text: 'winning_evidence' } });
    expect(handedIn).toMatchObject({ status: 'under_review', evidence_details: { submission_count: 1, has_evidence: true } });
    await sandbox.advance(2);
    const won = await disputeOf(intent);
    expect(won).toMatchObject({ status: 'won' });
    expect(won.balance_transactions.map(({ net, reporting_category }) => [net, reporting_category])).toEqual([
      [-5700, 'dispute'],
      [4200, 'dispute_reversal'],
    ]);
    expect(await toldOf(won.id)).toEqual([
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.updated',
      'charge.dispute.updated',
      'charge.dispute.closed',
      'charge.dispute.funds_reinstated',
    ]);
    expect((await toldOf(intent.latest_charge as string)).at(-1)).toBe('charge.updated');
  });

  test('as an inquiry moves nothing until it escalates; an accepted one is lost', async () => {
    const intent = await charge('pm_card_createDisputeInquiry', 900, 'jpy');
    const inquiry = await disputeOf(intent);
    expect(inquiry).toMatchObject({ status: 'warning_needs_response', balance_transactions: [], is_charge_refundable: true });
    await stripe.disputes.update(inquiry.id, { evidence: { uncategorized_text: 'escalate_inquiry_evidence' } });
    await sandbox.advance(2);
    expect((await disputeOf(intent)).balance_transactions).toMatchObject([{ amount: -900, fee: 15, net: -915 }]);
    expect(await stripe.disputes.close(inquiry.id)).toMatchObject({ status: 'lost' });
    await expect(stripe.disputes.close(inquiry.id)).rejects.toMatchObject({ statusCode: 400 });
    expect(await toldOf(inquiry.id)).toEqual([
      'charge.dispute.created',
      'charge.dispute.updated',
      'charge.dispute.updated',
      'charge.dispute.funds_withdrawn',
      'charge.dispute.closed',
    ]);
  });

  test('may be one of several, or raised and ended by a lever, its fee returned where that is said', async () => {
    const twice = await charge('pm_card_createMultipleDisputes', 1501);
    await sandbox.advance(2);
    expect((await stripe.disputes.list({ charge: twice.latest_charge as string })).data.map(({ amount }) => amount)).toEqual([
      750, 751,
    ]);

    const intent = await charge('pm_card_visa', 1000);
    const asked = await sandbox.control('disputes', {
      payment_intent: intent.id,
      amount: 400,
      reason: 'duplicate',
      inquiry: true,
    });
    expect(await sandbox.control(`disputes/${asked.id}`, { outcome: 'prevented' })).toMatchObject({ status: 'prevented' });
    const raised = await sandbox.control('disputes', { charge: intent.latest_charge, amount: 1000 });
    expect(await sandbox.control(`disputes/${raised.id}`, { outcome: 'warning_closed' })).toMatchObject({ error: {} });
    await sandbox.control(`disputes/${raised.id}`, { outcome: 'won', return_fee: true });
    const { balance_transactions: moved } = await disputeOf(intent);
    expect(moved.map(({ net, fee }) => [net, fee])).toEqual([
      [-2500, 1500],
      [2500, -1500],
    ]);
    expect(await stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ amount: 1000 });
    expect(await sandbox.control('disputes', { payment_intent: intent.id })).toMatchObject({ error: { param: 'amount' } });
  });
});

test('an early fraud warning asks for something until its charge is refunded whole or disputed', async () => {
  const intent = await charge('pm_card_createIssuerFraudRecord', 800);
  const find = async () => (await stripe.radar.earlyFraudWarnings.list({ payment_intent: intent.id })).data[0]!;
  const warning = await find();
  expect(warning).toMatchObject({ actionable: true, charge: intent.latest_charge, fraud_type: 'misc' });
  await stripe.refunds.create({ payment_intent: intent.id, amount: 300 });
  expect((await find()).actionable).toBe(true);
  await stripe.refunds.create({ payment_intent: intent.id });
  expect((await stripe.radar.earlyFraudWarnings.retrieve(warning.id)).actionable).toBe(false);
  expect(await toldOf(warning.id)).toEqual(['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated']);

  const other = await charge('pm_card_visa');
  const raised = await sandbox.control('early_fraud_warnings', {
    charge: other.latest_charge,
    fraud_type: 'made_with_lost_card',
  });
  await sandbox.control('disputes', { charge: other.latest_charge });
  expect(await stripe.radar.earlyFraudWarnings.retrieve(raised.id)).toMatchObject({ actionable: false });
  expect((await sandbox.control('state')).problems).toEqual([]);
});
