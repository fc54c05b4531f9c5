import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { monthly, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

test('a declined first card leaves the session open and no subscription behind', async () => {
  const { stripe, pay } = sandbox;
  const session = await stripe.checkout.sessions.create(monthly(800));
  const before = (await stripe.subscriptions.list({ status: 'all', limit: 100 })).data.length;
  expect((await pay(session.id, 'pm_card_chargeDeclined')).status).toBe(402);
  expect((await stripe.subscriptions.list({ status: 'all', limit: 100 })).data).toHaveLength(before);
  const paid = await pay(session.id, 'pm_card_visa');
  expect((await stripe.subscriptions.retrieve(paid.body.subscription)).status).toBe('active');
});

test('begins at once for a customer whose card is on file, and not at all where the card is declined', async () => {
  const { stripe } = sandbox;
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 600,
    recurring: { interval: 'week' },
    product_data: { name: 'Week' },
  });
  const onFile = { payment_method: 'pm_card_visa', invoice_settings: { default_payment_method: 'pm_card_visa' } };
  const customer = await stripe.customers.create(onFile);
  const begun = await stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id, quantity: 2 }] });
  expect(begun).toMatchObject({ status: 'active', items: { data: [{ quantity: 2 }] } });
  const failing = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    default_payment_method: 'pm_card_chargeCustomerFail',
    expand: ['latest_invoice'],
  });
  expect(failing).toMatchObject({ status: 'incomplete', latest_invoice: { status: 'open', attempt_count: 1 } });
  const { data } = await stripe.subscriptions.list({ customer: customer.id, status: 'all' });
  const strict = stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    default_payment_method: 'pm_card_chargeCustomerFail',
    payment_behavior: 'error_if_incomplete',
  });
  await expect(strict).rejects.toMatchObject({ statusCode: 402, code: 'card_declined' });
  expect((await stripe.subscriptions.list({ customer: customer.id, status: 'all' })).data).toHaveLength(data.length);
});

test('waits for a first payment when it is made without one, and is over after 23 hours', async () => {
  const { stripe } = sandbox;
  const customer = await stripe.customers.create({ email: 'late@example.com' });
  const price = await stripe.prices.create({
    currency: 'usd',
    unit_amount: 600,
    recurring: { interval: 'year' },
    product_data: { name: 'Year' },
  });
  const waiting = await stripe.subscriptions.create({
    customer: customer.id,
    items: [{ price: price.id }],
    payment_behavior: 'default_incomplete',
    expand: ['latest_invoice.confirmation_secret'],
  });
  expect(waiting.status).toBe('incomplete');
  expect((waiting.latest_invoice as Stripe.Invoice).confirmation_secret?.client_secret).toMatch(/^pi_.*_secret_/);
  await sandbox.advance(24 * 3600);
  const over = await stripe.subscriptions.retrieve(waiting.id, { expand: ['latest_invoice'] });
  expect(over).toMatchObject({ status: 'incomplete_expired', latest_invoice: { status: 'void' } });
});
