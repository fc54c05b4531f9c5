import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monthly, oneTime, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startSandbox();
  stripe = sandbox.stripe;
});
afterAll(async () => {
  expect((await sandbox.control('state')).problems).toEqual([]);
  await sandbox.simulator.close();
});

const day = 86_400;
const account = async (iban: string) =>
  (
    await stripe.paymentMethods.create({
      type: 'sepa_debit',
      sepa_debit: { iban },
      billing_details: { name: 'Ada', email: 'a@example.com' },
    })
  ).id;

/** What is told while `act` runs, oldest first. */
async function told(act: () => Promise<unknown>): Promise<string[]> {
  const before = (await sandbox.control('state')).event.length;
  await act();
  const { event } = (await sandbox.control('state')) as { event: Stripe.Event[] };
  const types = event.slice(before).map(({ type }) => type as string);
  return types.filter((type) => !type.startsWith('payout.'));
}

const euroMonthly = () => {
  const session = monthly(900);
  session.line_items![0]!.price_data!.currency = 'eur';
  return session;
};

describe('a bank debit', () => {
  test('completes a page unpaid, and is paid days later', async () => {
    const session = await stripe.checkout.sessions.create(oneTime(2500, 'eur'));
    expect(session.payment_method_types).toEqual(['card', 'sepa_debit']);
    const method = await account('AT32 1904 3002 3547 3204');
    expect(await told(() => sandbox.pay(session.id, method, { email: 'a@example.com' }))).toEqual([
      'payment_intent.created',
      'payment_intent.processing',
      'charge.pending',
      'checkout.session.completed',
    ]);
    const waiting = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge'] });
    expect(waiting).toMatchObject({ status: 'complete', payment_status: 'unpaid', payment_intent: { status: 'processing' } });
    expect((waiting.payment_intent as Stripe.PaymentIntent).latest_charge).toMatchObject({ status: 'pending', paid: false });
    expect(await told(() => sandbox.advance(3 * day + 5))).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
      'charge.updated',
    ]);
    const { payment_status, payment_intent: intent } = await stripe.checkout.sessions.retrieve(session.id);
    expect(payment_status).toBe('paid');
    const [charge] = (await stripe.charges.list({ payment_intent: intent as string, expand: ['data.balance_transaction'] })).data;
    expect(charge).toMatchObject({ status: 'succeeded', balance_transaction: { type: 'payment', reporting_category: 'charge' } });

    const failed = await sandbox.control(`charges/${charge!.id}`, { outcome: 'failed' });
    expect(failed).toMatchObject({ status: 'failed', failure_code: 'debit_not_authorized' });
    expect(await stripe.balanceTransactions.retrieve(failed.failure_balance_transaction)).toMatchObject({
      amount: -2500,
      type: 'payment_failure_refund',
      reporting_category: 'charge_failure',
    });
    await expect(stripe.refunds.create({ payment_intent: intent as string })).rejects.toMatchObject({ statusCode: 400 });
  });

  test('fails days later, booked and taken back where the account books at once', async () => {
    await sandbox.control('settings', { bank_debits_booked: 'at_once' });
    const session = await stripe.checkout.sessions.create(oneTime(1000, 'eur'));
    await sandbox.pay(session.id, 'pm_failed_at', { email: 'a@example.com' });
    await sandbox.control('settings', { bank_debits_booked: 'on_success' });
    await sandbox.advance(5);
    expect(await told(() => sandbox.advance(3 * day))).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'checkout.session.async_payment_failed',
    ]);
    const after = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent.latest_charge'] });
    expect(after).toMatchObject({
      status: 'complete',
      payment_status: 'unpaid',
      payment_intent: { status: 'requires_payment_method', last_payment_error: { decline_code: 'generic_could_not_process' } },
    });
    const charge = (after.payment_intent as Stripe.PaymentIntent).latest_charge as Stripe.Charge;
    const moved = await stripe.balanceTransactions.list({ source: charge.id });
    expect(moved.data.map(({ type, amount }) => [type, amount])).toEqual([
      ['payment_failure_refund', -1000],
      ['payment', 1000],
    ]);
  });

  test('begins a subscription at once, and renews it; a first one that fails leaves it running', async () => {
    const session = await stripe.checkout.sessions.create(euroMonthly());
    const first = await told(() => sandbox.pay(session.id, 'pm_success_at'));
    expect(first.slice(-4)).toEqual([
      'payment_intent.processing',
      'charge.pending',
      'customer.subscription.updated',
      'checkout.session.completed',
    ]);
    const paid = await told(() => sandbox.advance(5));
    expect(paid).toContain('invoice.paid');
    expect(paid).toContain('checkout.session.async_payment_succeeded');
    expect(await told(() => sandbox.advance(32 * day))).toEqual(
      expect.arrayContaining(['payment_intent.processing', 'invoice.paid']),
    );
    const { subscription } = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] });
    expect(subscription).toMatchObject({ status: 'active' });

    const other = await stripe.checkout.sessions.create(euroMonthly());
    await sandbox.pay(other.id, 'pm_failed_at');
    const failed = await told(() => sandbox.advance(4 * day));
    expect(failed).toEqual(
      expect.arrayContaining(['invoice.payment_failed', 'invoice.voided', 'checkout.session.async_payment_failed']),
    );
    const kept = await stripe.checkout.sessions.retrieve(other.id, { expand: ['subscription', 'invoice'] });
    expect(kept).toMatchObject({ payment_status: 'unpaid', subscription: { status: 'active' }, invoice: { status: 'void' } });
    expect(await told(() => sandbox.advance(32 * day))).toContain('invoice.payment_failed');
    expect((await stripe.subscriptions.retrieve((kept.subscription as Stripe.Subscription).id)).status).toBe('past_due');
  });

  test('takes euros from test accounts alone, may be answered by a lever, and be objected to', async () => {
    const inDollars = await stripe.checkout.sessions.create(oneTime(900));
    expect(await sandbox.pay(inDollars.id, 'pm_success_at')).toMatchObject({ status: 400 });
    await expect(account('AT611904300234573202')).rejects.toMatchObject({ code: 'invalid_bank_account_iban' });
    await expect(account('DE89370400440532013000')).rejects.toMatchObject({ statusCode: 400 });
    const debit = (payment_method: string) =>
      stripe.paymentIntents.create({ amount: 700, currency: 'eur', confirm: true, payment_method });
    const late = await debit('pm_successDelayed_at');
    expect(await sandbox.control(`charges/${late.latest_charge}`, { outcome: 'succeeded' })).toMatchObject({ paid: true });
    expect((await stripe.paymentIntents.retrieve(late.id)).status).toBe('succeeded');
    const disputed = await debit('pm_disputed_at');
    await sandbox.advance(10);
    expect((await stripe.disputes.list({ payment_intent: disputed.id })).data[0]).toMatchObject({
      reason: 'debit_not_authorized',
      status: 'needs_response',
    });
    expect(await stripe.refunds.create({ payment_intent: late.id, expand: ['balance_transaction'] })).toMatchObject({
      balance_transaction: { type: 'payment_refund', reporting_category: 'refund' },
    });
  });
});
