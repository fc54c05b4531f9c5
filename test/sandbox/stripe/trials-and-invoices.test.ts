import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

const day = 86_400;

async function typesSince(count: number): Promise<string[]> {
  const { event } = (await sandbox.control('state')) as { event: Stripe.Event[] };
  return event.slice(count).map(({ type }) => type);
}

describe('a payment that is only held', () => {
  test('is taken later, whole, and booked then', async () => {
    const held = await sandbox.stripe.paymentIntents.create({
      amount: 2000,
      currency: 'usd',
      capture_method: 'manual',
      payment_method: 'pm_card_visa',
      confirm: true,
      return_url: 'https://give.example.org/back',
    });
    expect(held).toMatchObject({ status: 'requires_capture', amount_capturable: 2000, amount_received: 0 });
    await sandbox.advance(5);
    const charge = String(held.latest_charge);
    expect(await sandbox.stripe.charges.retrieve(charge)).toMatchObject({ captured: false, balance_transaction: null });
    await expect(sandbox.stripe.refunds.create({ charge })).rejects.toMatchObject({ code: 'charge_not_refundable' });
    const taken = await sandbox.stripe.paymentIntents.capture(held.id);
    expect(taken).toMatchObject({ status: 'succeeded', amount_capturable: 0, amount_received: 2000 });
    await sandbox.advance(5);
    const booked = await sandbox.stripe.charges.retrieve(charge, { expand: ['balance_transaction'] });
    expect(booked).toMatchObject({ captured: true, amount_captured: 2000, balance_transaction: { amount: 2000 } });
    await expect(sandbox.stripe.paymentIntents.capture(held.id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });
});

describe('an invoice by hand', () => {
  test('bills what waited, is paid once, and knows no subscription', async () => {
    const { id: customer } = await sandbox.stripe.customers.create({ email: 'reader@example.net' });
    for (const amount of [700, 300]) {
      await sandbox.stripe.invoiceItems.create({ customer, amount, currency: 'eur', description: 'A printed issue' });
    }
    const draft = await sandbox.stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' });
    expect(draft).toMatchObject({ status: 'draft', billing_reason: 'manual', total: 1000, currency: 'eur', parent: null });
    await sandbox.stripe.paymentMethods.attach('pm_card_visa', { customer });
    const { data } = await sandbox.stripe.paymentMethods.list({ customer });
    const paid = await sandbox.stripe.invoices.pay(draft.id!, { payment_method: data[0]!.id });
    expect(paid).toMatchObject({ status: 'paid', amount_paid: 1000 });
    expect((await sandbox.stripe.invoiceItems.list({ customer, pending: true })).data).toEqual([]);
  });

  test('leaves what it billed waiting again when its draft is deleted', async () => {
    const { id: customer } = await sandbox.stripe.customers.create();
    const item = await sandbox.stripe.invoiceItems.create({ customer, amount: 700, currency: 'eur' });
    const draft = await sandbox.stripe.invoices.create({ customer, pending_invoice_items_behavior: 'include' });
    await expect(sandbox.stripe.invoiceItems.del(item.id)).rejects.toMatchObject({ code: 'invoice_not_editable' });
    expect(await sandbox.stripe.invoices.del(draft.id!)).toMatchObject({ deleted: true });
    expect((await sandbox.stripe.invoiceItems.retrieve(item.id)).invoice).toBeNull();
    expect(await sandbox.stripe.invoiceItems.del(item.id)).toMatchObject({ deleted: true });
  });

  test('over nothing is paid by being finalized', async () => {
    const { id: customer } = await sandbox.stripe.customers.create();
    const draft = await sandbox.stripe.invoices.create({ customer });
    expect(await sandbox.stripe.invoices.finalizeInvoice(draft.id!)).toMatchObject({ status: 'paid', amount_paid: 0 });
  });
});

describe('a trial', () => {
  const begin = async (behavior: 'cancel' | 'pause' | 'create_invoice', card?: string) => {
    const { id: customer } = await sandbox.stripe.customers.create(
      card ? { payment_method: card, invoice_settings: { default_payment_method: card } } : {},
    );
    const { id: product } = await sandbox.stripe.products.create({ name: 'Membership' });
    const price = { currency: 'eur', product, unit_amount: 900, recurring: { interval: 'month' } } as const;
    return sandbox.stripe.subscriptions.create({
      customer,
      items: [{ price_data: price }],
      trial_period_days: 7,
      trial_settings: { end_behavior: { missing_payment_method: behavior } },
      expand: ['latest_invoice'],
    });
  };

  test('costs nothing, is told of before it ends, and then begins to be paid', async () => {
    const trial = await begin('create_invoice', 'pm_card_visa');
    expect(trial).toMatchObject({ status: 'trialing', latest_invoice: { total: 0, status: 'paid' } });
    expect(trial.trial_end! - trial.trial_start!).toBe(7 * day);
    const before = (await typesSince(0)).length;
    await sandbox.advance(4 * day + 60);
    expect(await typesSince(before)).toContain('customer.subscription.trial_will_end');
    await sandbox.advance(3 * day + 3700);
    const { latest_invoice, ...after } = await sandbox.stripe.subscriptions.retrieve(trial.id, { expand: ['latest_invoice'] });
    expect(after.status).toBe('active');
    expect(latest_invoice).toMatchObject({ total: 900, status: 'paid', billing_reason: 'subscription_cycle' });
    await sandbox.advance(31 * day + 3700);
    expect((await sandbox.stripe.invoices.list({ subscription: trial.id })).data.map(({ total }) => total)).toEqual([
      900, 900, 0,
    ]);
  });

  test.each([
    ['pause', 'paused'],
    ['cancel', 'canceled'],
  ] as const)('without a card ends as was wished: %s', async (behavior, status) => {
    const trial = await begin(behavior);
    await sandbox.advance(7 * day + 60);
    expect((await sandbox.stripe.subscriptions.retrieve(trial.id)).status).toBe(status);
  });
});
