import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { monthly, startSandbox } from './support.ts';

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

/** A subscription whose first renewal has just failed, for its saved card behaves like another from now on. */
async function failing(card: string): Promise<Stripe.Subscription> {
  const session = await stripe.checkout.sessions.create(monthly(1500));
  const paid = await sandbox.pay(session.id, 'pm_card_visa', { email: 'monthly@example.com' });
  const subscription = await stripe.subscriptions.retrieve(paid.body.subscription);
  await sandbox.control(`customers/${subscription.customer}/card`, { payment_method: card });
  const [item] = subscription.items.data;
  await sandbox.advance(item!.current_period_end - (await sandbox.advance(0)).now + 3700);
  const failed = await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] });
  expect(failed).toMatchObject({ status: 'past_due', latest_invoice: { status: 'open', attempt_count: 1 } });
  return failed;
}

const now = (id: string) => stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] });

test.each([
  ['unpaid', 'draft'],
  ['past_due', 'open'],
] as const)(
  'the last try over, a subscription is %s where the account says so, and its next invoice is %s',
  async (ending, next) => {
    await sandbox.control('settings', { dunning_ending: ending });
    const { id } = await failing('pm_card_chargeDeclinedInsufficientFunds');
    await sandbox.advance(14 * day + 5);
    expect(await now(id)).toMatchObject({
      status: ending,
      latest_invoice: { status: 'open', attempt_count: 8, next_payment_attempt: null },
    });
    await sandbox.advance(18 * day);
    expect(await now(id)).toMatchObject({ status: ending, latest_invoice: { status: next } });
    await sandbox.control('settings', { dunning_ending: 'canceled' });
  },
);

test('a card that is refused for good is not tried again, another card is', async () => {
  const { id, customer } = await failing('pm_card_chargeDeclinedLostCard');
  await sandbox.advance(4 * day);
  expect(await now(id)).toMatchObject({ latest_invoice: { attempt_count: 1, next_payment_attempt: null } });
  const method = await stripe.paymentMethods.attach('pm_card_mastercard', { customer: customer as string });
  await stripe.subscriptions.update(id, { default_payment_method: method.id });
  const { next_payment_attempt: due } = (await now(id)).latest_invoice as Stripe.Invoice;
  expect(due).toBeGreaterThan((await sandbox.advance(0)).now);
  await sandbox.advance(day + 5);
  expect(await now(id)).toMatchObject({ status: 'active', latest_invoice: { status: 'paid' } });

  const lost = await failing('pm_card_chargeDeclinedLostCard');
  await sandbox.advance(14 * day + 5);
  expect(await now(lost.id)).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } });
});

test('pauses until an instant and goes on by itself; cancel_at ends it between two periods', async () => {
  const session = await stripe.checkout.sessions.create(monthly(1500));
  const { subscription: id } = (await sandbox.pay(session.id, 'pm_card_visa')).body;
  const { now: start } = await sandbox.advance(0);
  await stripe.subscriptions.update(id, { pause_collection: { behavior: 'void', resumes_at: start + 40 * day } });
  await sandbox.advance(32 * day);
  expect(await now(id)).toMatchObject({ status: 'active', latest_invoice: { status: 'void' } });
  await sandbox.advance(9 * day);
  expect((await now(id)).pause_collection).toBeNull();
  await sandbox.advance(22 * day);
  expect(await now(id)).toMatchObject({ latest_invoice: { status: 'paid' } });
  await stripe.subscriptions.update(id, { cancel_at: start + 70 * day });
  await sandbox.advance(8 * day);
  expect(await now(id)).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'cancellation_requested' } });
});

test('paused at the end of a trial without a card, it is resumed once there is one', async () => {
  const { id: customer } = await stripe.customers.create({});
  const product = (await stripe.products.create({ name: 'Donation' })).id;
  const { id } = await stripe.subscriptions.create({
    customer,
    trial_period_days: 4,
    trial_settings: { end_behavior: { missing_payment_method: 'pause' } },
    items: [{ price_data: { currency: 'usd', product, unit_amount: 900, recurring: { interval: 'month' } } }],
  });
  await expect(stripe.subscriptions.resume(id)).rejects.toMatchObject({ statusCode: 400 });
  await sandbox.advance(4 * day + 5);
  expect((await now(id)).status).toBe('paused');
  const method = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.subscriptions.update(id, { default_payment_method: method.id });
  expect(await stripe.subscriptions.resume(id)).toMatchObject({ status: 'active' });
  const { event } = (await sandbox.control('state')) as { event: Stripe.Event[] };
  expect(event.map(({ type }) => type)).toContain('customer.subscription.resumed');
  await sandbox.advance(32 * day);
  expect(await now(id)).toMatchObject({ status: 'active', latest_invoice: { status: 'paid', amount_paid: 900 } });
});
