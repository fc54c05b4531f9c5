import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { monthly, oneTime, startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.simulator.close());

const typesSince = async (before: Set<string>) => {
  const all = await sandbox.stripe.events.list({ limit: 100 });
  return all.data
    .filter((event) => !before.has(event.id))
    .map((event) => event.type)
    .reverse();
};
const eventIds = async () => new Set((await sandbox.stripe.events.list({ limit: 100 })).data.map((event) => event.id));

describe('a one-time gift', () => {
  test('is charged once, and its balance transaction comes a moment later', async () => {
    const { stripe, pay, advance } = sandbox;
    const session = await stripe.checkout.sessions.create(oneTime(2500));
    expect(session).toMatchObject({
      status: 'open',
      payment_status: 'unpaid',
      payment_intent: null,
      amount_total: 2500,
      currency: 'usd',
      submit_type: 'donate',
    });
    expect(session.url).toBe(`${sandbox.simulator.url}/c/pay/${session.id}`);
    const before = await eventIds();

    const paid = await pay(session.id, 'pm_card_visa', { email: 'reader@example.com' });
    expect(paid.status).toBe(200);
    expect(paid.body).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      url: null,
      customer: null,
      customer_details: { email: 'reader@example.com' },
    });

    const intent = await stripe.paymentIntents.retrieve(paid.body.payment_intent.id, { expand: ['latest_charge'] });
    expect(intent).toMatchObject({ status: 'succeeded', amount_received: 2500, metadata: { donation: 'don_1' } });
    expect(intent.latest_charge).toMatchObject({ balance_transaction: null, status: 'succeeded', paid: true });

    await advance(2);
    const charge = await stripe.charges.retrieve((intent.latest_charge as { id: string }).id, {
      expand: ['balance_transaction'],
    });
    expect(charge.balance_transaction).toMatchObject({
      amount: 2500,
      fee: 103,
      net: 2397,
      type: 'charge',
      source: charge.id,
      status: 'pending',
    });
    expect(await typesSince(before)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
      'charge.updated',
    ]);
  });

  test('takes donor@example.com where nobody gave an e-mail', async () => {
    const session = await sandbox.stripe.checkout.sessions.create(oneTime(500));
    await sandbox.pay(session.id, 'pm_card_visa');
    const done = await sandbox.stripe.checkout.sessions.retrieve(session.id);
    expect(done.customer_details?.email).toBe('donor@example.com');
  });

  test('stays open after a declined card and is paid by another one, with the same payment intent', async () => {
    const { stripe, pay } = sandbox;
    const session = await stripe.checkout.sessions.create(oneTime(1000));
    const before = await eventIds();
    const declined = await pay(session.id, 'pm_card_chargeDeclinedInsufficientFunds');
    expect(declined.status).toBe(402);
    expect(declined.body.error).toMatchObject({
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
      payment_intent: { status: 'requires_payment_method' },
    });
    expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open');

    const paid = await pay(session.id, 'pm_card_visa');
    expect(paid.body.payment_intent.id).toBe(declined.body.error.payment_intent.id);
    expect((await typesSince(before)).slice(0, 6)).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
  });

  test('is paid once, however often it is confirmed', async () => {
    const session = await sandbox.stripe.checkout.sessions.create(oneTime(700));
    const answers = await Promise.all([1, 2, 3].map(() => sandbox.pay(session.id, 'pm_card_visa')));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400, 400]);
    const done = await sandbox.stripe.checkout.sessions.retrieve(session.id);
    const charges = await sandbox.stripe.charges.list({ payment_intent: done.payment_intent as string });
    expect(charges.data).toHaveLength(1);
  });

  test('makes a customer only where one is asked for', async () => {
    const session = await sandbox.stripe.checkout.sessions.create(oneTime(700, 'eur', { customer_creation: 'always' }));
    await sandbox.pay(session.id, 'pm_card_visa', { email: 'always@example.com', name: 'Ada' });
    const done = await sandbox.stripe.checkout.sessions.retrieve(session.id, {
      expand: ['customer', 'line_items', 'payment_intent.latest_charge'],
    });
    expect(done.customer).toMatchObject({ email: 'always@example.com', name: 'Ada' });
    expect(done.line_items?.data[0]).toMatchObject({ amount_total: 700, description: 'Donation', quantity: 1 });
    expect(done.payment_intent).toMatchObject({
      latest_charge: { object: 'charge', customer: (done.customer as { id: string }).id },
    });
  });
});

describe('authentication', () => {
  test('holds the payment until the payer approves it', async () => {
    const { stripe, pay } = sandbox;
    const session = await stripe.checkout.sessions.create(oneTime(900));
    const asked = await pay(session.id, 'pm_card_authenticationRequired', { email: 'careful@example.com' });
    expect(asked.body).toMatchObject({
      status: 'open',
      payment_intent: { status: 'requires_action', next_action: { type: 'redirect_to_url' } },
    });
    const page = asked.body.payment_intent.next_action.redirect_to_url.url as string;
    expect(await (await fetch(page)).text()).toContain('Approve');

    const approved = await fetch(`${page}/approve`, { method: 'POST', redirect: 'manual' });
    expect(approved.status).toBe(303);
    expect(approved.headers.get('location')).toBe(`http://127.0.0.1:1/thanks?session=${session.id}`);
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['payment_intent'] });
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      customer_details: { email: 'careful@example.com' },
      payment_intent: { status: 'succeeded' },
    });
  });

  test('leads back to the page when the payer refuses it', async () => {
    const { stripe, pay } = sandbox;
    const session = await stripe.checkout.sessions.create(oneTime(900));
    const asked = await pay(session.id, 'pm_card_authenticationRequired');
    const failed = await fetch(`${asked.body.payment_intent.next_action.redirect_to_url.url}/fail`, {
      method: 'POST',
      redirect: 'manual',
    });
    expect(failed.headers.get('location')).toContain(`/c/pay/${session.id}`);
    const intent = await stripe.paymentIntents.retrieve(asked.body.payment_intent.id);
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
    expect((await pay(session.id, 'pm_card_visa')).status).toBe(200);
  });

  test('comes before a subscription begins', async () => {
    const { stripe, pay } = sandbox;
    const session = await stripe.checkout.sessions.create(monthly(1200));
    const asked = await pay(session.id, 'pm_card_authenticationRequired');
    expect(asked.body.subscription).toBeNull();
    await fetch(`${asked.body.payment_intent.next_action.redirect_to_url.url}/approve`, { method: 'POST', redirect: 'manual' });
    const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription', 'invoice'] });
    expect(done).toMatchObject({
      status: 'complete',
      subscription: { status: 'active' },
      invoice: { status: 'paid', amount_paid: 1200 },
    });
  });
});

describe('a session', () => {
  test('expires by the clock', async () => {
    const { stripe, simulator, advance, pay } = sandbox;
    const expires_at = Math.ceil(simulator.now().getTime() / 1000) + 30 * 60 + 5;
    const session = await stripe.checkout.sessions.create(oneTime(900, 'usd', { expires_at }));
    await advance(31 * 60);
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({ status: 'expired', url: null });
    const [event] = (await stripe.events.list({ type: 'checkout.session.expired', limit: 1 })).data;
    expect(event).toMatchObject({ created: expires_at, request: { id: null } });
    expect((await pay(session.id, 'pm_card_visa')).status).toBe(400);
  });

  test('can be expired by us, but only while it is open', async () => {
    const session = await sandbox.stripe.checkout.sessions.create(oneTime(900));
    expect((await sandbox.stripe.checkout.sessions.expire(session.id)).status).toBe('expired');
    await expect(sandbox.stripe.checkout.sessions.expire(session.id)).rejects.toMatchObject({ statusCode: 400 });
  });

  test('is listed, with its line items', async () => {
    const session = await sandbox.stripe.checkout.sessions.create(oneTime(950));
    const [newest] = (await sandbox.stripe.checkout.sessions.list({ limit: 1 })).data;
    expect(newest?.id).toBe(session.id);
    const items = await sandbox.stripe.checkout.sessions.listLineItems(session.id);
    expect(items.data[0]).toMatchObject({ object: 'item', amount_total: 950, price: { type: 'one_time', active: false } });
  });
});
