import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { monthly, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

const day = 86_400;
const month = 31 * day;

async function subscribe(amount = 1500): Promise<Stripe.Subscription> {
  const session = await sandbox.stripe.checkout.sessions.create(monthly(amount));
  const paid = await sandbox.pay(session.id, 'pm_card_visa', { email: 'monthly@example.com' });
  return sandbox.stripe.subscriptions.retrieve(paid.body.subscription);
}

const invoicesOf = async (subscription: string) =>
  (await sandbox.stripe.invoices.list({ subscription, expand: ['data.payments'] })).data;

test('tells of the first month in the order that Stripe does', async () => {
  const { stripe, pay, advance } = sandbox;
  const session = await stripe.checkout.sessions.create(monthly(1500));
  const start = (await stripe.events.list({ limit: 1 })).data[0]?.id;
  await pay(session.id, 'pm_card_visa', { email: 'monthly@example.com' });
  await advance(2);
  const events = await stripe.events.list({ limit: 50, ...(start ? { ending_before: start } : {}) });
  expect(events.data.map((event) => event.type).reverse()).toEqual([
    'customer.created',
    'payment_method.attached',
    'customer.subscription.created',
    'invoice.created',
    'invoice.finalized',
    'payment_intent.created',
    'charge.succeeded',
    'payment_intent.succeeded',
    'invoice.updated',
    'invoice.paid',
    'invoice.payment_succeeded',
    'invoice_payment.paid',
    'customer.subscription.updated',
    'checkout.session.completed',
    'charge.updated',
  ]);
});

test('joins invoice, payment and subscription as this API version does', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  expect(subscription).toMatchObject({
    status: 'active',
    metadata: { subscription: 'rec_1' },
    billing_mode: { type: 'flexible' },
  });
  const [invoice] = await invoicesOf(subscription.id);
  expect(invoice).toMatchObject({
    status: 'paid',
    billing_reason: 'subscription_create',
    parent: {
      type: 'subscription_details',
      subscription_details: { subscription: subscription.id, metadata: { subscription: 'rec_1' } },
    },
  });
  const intent = invoice!.payments!.data[0]!.payment.payment_intent as string;
  expect((await stripe.paymentIntents.retrieve(intent)).metadata).toEqual({});
  const joined = await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: intent } });
  expect(joined.data).toMatchObject([{ invoice: invoice!.id, status: 'paid', amount_paid: 1500 }]);
  expect((await stripe.invoices.retrieve(invoice!.id!)).payments).toBeUndefined();
});

test('renews three months in a row, each an hour after its period began', async () => {
  const subscription = await subscribe();
  const anchor = subscription.items.data[0]!.current_period_end;
  await sandbox.advance(3 * month + day);
  const invoices = await invoicesOf(subscription.id);
  expect(invoices.map((invoice) => [invoice.billing_reason, invoice.status])).toEqual([
    ['subscription_cycle', 'paid'],
    ['subscription_cycle', 'paid'],
    ['subscription_cycle', 'paid'],
    ['subscription_create', 'paid'],
  ]);
  const first = invoices[2]!;
  expect(first.created).toBe(anchor);
  expect(first.status_transitions).toMatchObject({ finalized_at: anchor + 3600, paid_at: anchor + 3600 });
  const intent = await sandbox.stripe.paymentIntents.retrieve(first.payments!.data[0]!.payment.payment_intent as string, {
    expand: ['latest_charge.balance_transaction'],
  });
  expect(intent).toMatchObject({
    metadata: {},
    latest_charge: { balance_transaction: { amount: 1500, created: anchor + 3601 } },
  });
  expect((await sandbox.control('state')).problems).toEqual([]);
});

test('follows a change of the amount at the next renewal', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  const item = subscription.items.data[0]!;
  const price_data = {
    currency: 'usd',
    product: item.price.product as string,
    unit_amount: 4000,
    recurring: { interval: 'month' as const },
  };
  const changed = await stripe.subscriptions.update(subscription.id, {
    items: [{ id: item.id, price_data }],
    proration_behavior: 'none',
  });
  expect(changed.items.data).toMatchObject([{ id: item.id, price: { unit_amount: 4000 } }]);
  const [event] = (await stripe.events.list({ type: 'customer.subscription.updated', limit: 1 })).data;
  expect(event?.data.previous_attributes).toHaveProperty('items');
  await sandbox.advance(month + day);
  expect((await invoicesOf(subscription.id)).map((invoice) => invoice.amount_paid)).toEqual([4000, 1500]);
});

test('becomes past due when a renewal fails, recovers with another card', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: subscription.customer as string });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: failing.id });
  await sandbox.advance(month + 2 * 3600);
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('past_due');
  const [open] = await invoicesOf(subscription.id);
  expect(open).toMatchObject({ status: 'open' });
  expect(open!.next_payment_attempt).not.toBeNull();
  const [event] = (await stripe.events.list({ type: 'invoice.payment_failed', limit: 1 })).data;
  expect(event?.data.object).toMatchObject({ id: open!.id });

  const good = await stripe.paymentMethods.attach('pm_card_visa', { customer: subscription.customer as string });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: good.id });
  await sandbox.advance(3 * day);
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('active');
  expect((await invoicesOf(subscription.id))[0]!.status).toBe('paid');
});

test('ends after the last retry', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  const failing = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: subscription.customer as string });
  await stripe.subscriptions.update(subscription.id, { default_payment_method: failing.id });
  await sandbox.advance(month + 16 * day);
  const ended = await stripe.subscriptions.retrieve(subscription.id);
  expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'payment_failed' } });
  const [open] = await invoicesOf(subscription.id);
  expect(open).toMatchObject({ status: 'open', attempt_count: 8, next_payment_attempt: null });
});

test('ends at the end of its period when that is wished, and takes no more money', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  const ending = await stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true });
  expect(ending).toMatchObject({
    status: 'active',
    cancel_at_period_end: true,
    cancel_at: subscription.items.data[0]!.current_period_end,
  });
  await sandbox.advance(2 * month);
  expect((await stripe.subscriptions.retrieve(subscription.id)).status).toBe('canceled');
  expect(await invoicesOf(subscription.id)).toHaveLength(1);
});

test('ends at once when it is canceled', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  const ended = await stripe.subscriptions.cancel(subscription.id, { invoice_now: false, prorate: false });
  expect(ended).toMatchObject({ status: 'canceled', cancellation_details: { reason: 'cancellation_requested' } });
  const [event] = (await stripe.events.list({ type: 'customer.subscription.deleted', limit: 1 })).data;
  expect(event?.data.object).toMatchObject({ id: subscription.id, status: 'canceled' });
  expect((await stripe.subscriptions.list({ customer: subscription.customer as string })).data).toEqual([]);
});

test('ends with its customer, who can still be looked up as deleted', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  await stripe.customers.del(subscription.customer as string);
  expect(await stripe.customers.retrieve(subscription.customer as string)).toMatchObject({ deleted: true });
  const ended = await stripe.subscriptions.retrieve(subscription.id, { expand: ['customer'] });
  expect(ended).toMatchObject({ status: 'canceled', customer: { deleted: true } });
  await sandbox.advance(2 * month);
  expect(await invoicesOf(subscription.id)).toHaveLength(1);
});

test('voids what comes due while collection is paused, and goes on afterwards', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  const resumes_at = subscription.items.data[0]!.current_period_end + 10 * day;
  await stripe.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void', resumes_at } });
  await sandbox.advance(2 * month + day);
  expect((await invoicesOf(subscription.id)).map((invoice) => invoice.status)).toEqual(['paid', 'void', 'paid']);
  expect((await stripe.subscriptions.retrieve(subscription.id)).pause_collection).toBeNull();
});

test('lets an invoice be paid by hand, and refuses to take it twice', async () => {
  const { stripe } = sandbox;
  const subscription = await subscribe();
  const { current_period_end } = subscription.items.data[0]!;
  await sandbox.advance(current_period_end - Math.floor(sandbox.simulator.now().getTime() / 1000) + 60); // within the hour that it is a draft
  const [draft] = await invoicesOf(subscription.id);
  expect(draft!.status).toBe('draft');
  expect((await stripe.invoices.pay(draft!.id!)).status).toBe('paid');
  await expect(stripe.invoices.pay(draft!.id!)).rejects.toMatchObject({ statusCode: 400, code: 'invoice_already_paid' });
});
