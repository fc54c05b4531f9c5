import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { money } from '../../src/money.ts';
import type { CheckoutRequest } from '../../src/stripe/checkout-request.ts';
import { createStripeGateway } from '../../src/stripe/live-gateway.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const eur = (minor: bigint) => money(minor, toCurrency('eur'));

describe('what we ask of Stripe', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());
  beforeEach(() => ground.simulate('faults', { clear: true }));

  const gateway = () => ground.services.stripe;
  const request = (changes: Partial<CheckoutRequest> = {}): CheckoutRequest => ({
    reference: 'don_1',
    amount: eur(1234n),
    email: 'reader@example.net',
    locale: 'de',
    description: 'Gift to The Harbour Light',
    statementDescriptor: 'HARBOUR LIGHT',
    successUrl: 'https://give.example.org/thanks/don_1',
    cancelUrl: 'https://give.example.org/donate',
    expiresAt: new Date(ground.services.clock.now().getTime() + 3_600_000),
    ...changes,
  });
  const pay = (checkoutId: string) => ground.pay(checkoutId).then(() => ground.advance(2));

  test('a page to pay once on is marked as ours in every place', async () => {
    const open = await gateway().createCheckout(request(), 'key-once');
    expect(open).toMatchObject({ checkoutId: expect.stringMatching(/^cs_test_/), url: expect.stringContaining(open.checkoutId) });
    expect(open.expiresAt.getTime() % 1000).toBe(0);
    const session = await ground.client.checkout.sessions.retrieve(open.checkoutId);
    expect(session).toMatchObject({
      mode: 'payment',
      submit_type: 'donate',
      ui_mode: 'hosted_page',
      amount_total: 1234,
      currency: 'eur',
      locale: 'de',
      client_reference_id: 'don_1',
      metadata: { gratis_donation: 'don_1' },
      customer_email: 'reader@example.net',
    });
    await pay(open.checkoutId);
    const paid = await ground.client.checkout.sessions.retrieve(open.checkoutId, { expand: ['payment_intent'] });
    expect(paid.payment_intent).toMatchObject({
      metadata: { gratis_donation: 'don_1' },
      description: 'Gift to The Harbour Light',
    });
  });

  test('a page to pay regularly on marks the subscription, and speaks the browser’s language where Stripe lacks ours', async () => {
    const open = await gateway().createCheckout(request({ reference: 'rec_1', interval: 'month', locale: 'ar' }), 'key-month');
    await pay(open.checkoutId);
    const session = await ground.client.checkout.sessions.retrieve(open.checkoutId, { expand: ['subscription'] });
    expect(session).toMatchObject({
      mode: 'subscription',
      locale: 'auto',
      submit_type: 'donate',
      metadata: { gratis_subscription: 'rec_1' },
    });
    expect(session.subscription).toMatchObject({
      metadata: { gratis_subscription: 'rec_1' },
      billing_mode: { type: 'flexible' },
    });
  });

  test('the same key and request give the same page, and another request under it is refused', async () => {
    const asked = request();
    const [one, two] = [await gateway().createCheckout(asked, 'key-same'), await gateway().createCheckout(asked, 'key-same')];
    expect(two).toEqual(one);
    await expect(gateway().createCheckout({ ...asked, amount: eur(1n + asked.amount.minor) }, 'key-same')).rejects.toMatchObject({
      code: 'stripe-refused',
      extension: { stripe_code: expect.any(String) },
    });
  });

  test('a page is read with what was paid on it, in one call; a first instalment in three', async () => {
    const once = await gateway().createCheckout(request({ reference: 'don_2' }), 'key-read');
    const monthly = await gateway().createCheckout(request({ reference: 'rec_2', interval: 'month' }), 'key-read-month');
    await pay(once.checkoutId);
    await pay(monthly.checkoutId);
    let reading = await gateway().getCheckout(once.checkoutId);
    expect(await ground.countCalls(async () => (reading = await gateway().getCheckout(once.checkoutId)))).toBe(1);
    expect(reading).toMatchObject({
      status: 'complete',
      paymentStatus: 'paid',
      reference: 'don_2',
      email: 'reader@example.net',
      payment: {
        status: 'succeeded',
        amount: eur(1234n),
        donationId: 'don_2',
        instalment: null,
        charge: {
          status: 'succeeded',
          balanceTransaction: { amount: eur(1234n), fee: eur(66n), net: eur(1168n), reportingCategory: 'charge' },
        },
      },
      subscription: null,
    });
    expect(await ground.countCalls(async () => (reading = await gateway().getCheckout(monthly.checkoutId)))).toBe(3);
    expect(reading).toMatchObject({
      reference: 'rec_2',
      subscription: { subscriptionId: 'rec_2', status: 'active', interval: 'month', amount: eur(1234n) },
      payment: { donationId: null, instalment: { subscriptionId: 'rec_2' }, charge: { balanceTransaction: { fee: eur(66n) } } },
    });
    const { instalment } = reading.payment!;
    expect(instalment!.periodEnd).toEqual(reading.subscription!.currentPeriodEnd);
  });

  test('a payment is read in one call where it is ours, in two where its invoice must be found', async () => {
    const once = await gateway().createCheckout(request({ reference: 'don_3' }), 'key-payment');
    const monthly = await gateway().createCheckout(request({ reference: 'rec_3', interval: 'month' }), 'key-payment-month');
    await pay(once.checkoutId);
    await pay(monthly.checkoutId);
    const { payment } = await gateway().getCheckout(once.checkoutId);
    const first = (await gateway().getCheckout(monthly.checkoutId)).payment!;
    let reading = payment!;
    expect(await ground.countCalls(async () => (reading = await gateway().getPayment(payment!.id)))).toBe(1);
    expect(reading).toEqual(payment);
    expect(await ground.countCalls(async () => (reading = await gateway().getPayment(first.id)))).toBe(2);
    expect(reading).toEqual(first);
    expect(await ground.countCalls(() => gateway().getPayment(first.id, { withInstalment: false }))).toBe(1);
    const invoice = await gateway().getInvoice(first.instalment!.invoiceId);
    expect(invoice).toMatchObject({ status: 'paid', subscription: { subscriptionId: 'rec_3' }, payments: [first] });
    expect(await gateway().getSubscription(first.instalment!.stripeSubscriptionId!)).toEqual(invoice.subscription);
  });

  test('a refund is read with the payment it gives back, in one call', async () => {
    const open = await gateway().createCheckout(request({ reference: 'don_4' }), 'key-refund');
    await pay(open.checkoutId);
    const { payment } = await gateway().getCheckout(open.checkoutId);
    const refund = await ground.client.refunds.create({ payment_intent: payment!.id, amount: 234 });
    let reading = await gateway().getRefund(refund.id);
    expect(await ground.countCalls(async () => (reading = await gateway().getRefund(refund.id)))).toBe(1);
    expect(reading).toMatchObject({
      status: 'succeeded',
      amount: eur(234n),
      balanceTransaction: { amount: eur(-234n), fee: eur(0n), reportingCategory: 'refund' },
      failureBalanceTransaction: null,
      payment: { id: payment!.id, donationId: 'don_4' },
    });
  });

  test('closing a page says how it stands, also when it was closed or paid before', async () => {
    const one = await gateway().createCheckout(request({ reference: 'don_5' }), 'key-close');
    expect(await gateway().expireCheckout(one.checkoutId)).toMatchObject({
      status: 'expired',
      reference: 'don_5',
      payment: null,
    });
    expect(await gateway().expireCheckout(one.checkoutId)).toMatchObject({ status: 'expired' });
    const paid = await gateway().createCheckout(request({ reference: 'don_6' }), 'key-close-paid');
    await pay(paid.checkoutId);
    expect(await gateway().expireCheckout(paid.checkoutId)).toMatchObject({
      status: 'complete',
      payment: { status: 'succeeded' },
    });
  });

  test('ending a subscription is safe twice, and nothing of it is asked for any more', async () => {
    const open = await gateway().createCheckout(request({ reference: 'rec_7', interval: 'month' }), 'key-cancel');
    await pay(open.checkoutId);
    const { subscription } = await gateway().getCheckout(open.checkoutId);
    await ground.advance(31 * 86_400 - 1800); // its renewal is a draft for an hour
    await gateway().cancelSubscription(subscription!.id);
    await gateway().cancelSubscription(subscription!.id);
    expect(await gateway().getSubscription(subscription!.id)).toMatchObject({ status: 'canceled', endedAt: expect.any(Date) });
    const invoices = await ground.client.invoices.list({ subscription: subscription!.id });
    expect(invoices.data.filter(({ status }) => ['draft', 'open'].includes(status!))).toEqual([]);
  });

  test('an object that Stripe does not have is told from everything else', async () => {
    for (const ask of [
      gateway().getPayment('pi_none'),
      gateway().getCheckout('cs_none'),
      gateway().getRefund('re_none'),
      gateway().getInvoice('in_none'),
      gateway().getSubscription('sub_none'),
    ]) {
      await expect(ask).rejects.toMatchObject({ code: 'stripe-object-gone' });
    }
  });

  test.each([
    ['it asks us to slow down', { status: 429, times: 9 }],
    ['it fails', { status: 500, times: 9 }],
    ['it is busy with the same object', { status: 409, times: 9 }],
    ['the connection is cut', { fault: 'cut-before', times: 9 }],
    ['its answer is no JSON', { fault: 'malformed', times: 9 }],
  ])('is unavailable, with a time to wait, when %s', async (_when, fault) => {
    await ground.simulate('faults', { api: { path: '/v1/subscriptions*', ...fault } });
    await expect(gateway().getSubscription('sub_1')).rejects.toMatchObject({
      code: 'stripe-unavailable',
      retryAfterSeconds: expect.any(Number),
    });
  });

  test('is unavailable when nobody is there', async () => {
    const nobody = createStripeGateway({ secretKey: 'sk_test_1', apiBase: 'http://127.0.0.1:1' });
    await expect(nobody.getSubscription('sub_1')).rejects.toMatchObject({ code: 'stripe-unavailable' });
  });

  test('is done once though the answer was lost, as it is asked again under the same key', async () => {
    await ground.simulate('faults', { api: { path: '/v1/checkout/sessions', method: 'POST', fault: 'cut-after', times: 1 } });
    const before = (await ground.sessions()).length;
    await gateway().createCheckout(request({ reference: 'don_8' }), 'key-lost');
    expect(await ground.sessions()).toHaveLength(before + 1);
  });
});
