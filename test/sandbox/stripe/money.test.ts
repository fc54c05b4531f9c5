import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCards } from '../../../src/sandbox/stripe/test-cards.ts';
import { startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let stripe: Stripe;
beforeAll(async () => {
  sandbox = await startSandbox();
  stripe = sandbox.stripe;
});
afterAll(() => sandbox.simulator.close());

const charge = (amount: number, currency = 'usd', payment_method = 'pm_card_visa') =>
  stripe.paymentIntents.create({
    amount,
    currency,
    payment_method,
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });

describe('a refund', () => {
  test('gives back a part, then the rest, and never more', async () => {
    const intent = await charge(3000);
    await sandbox.advance(2);
    const part = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 1000,
      reason: 'requested_by_customer',
      metadata: { refund: 'rfd_1' },
    });
    expect(part).toMatchObject({
      status: 'succeeded',
      amount: 1000,
      charge: intent.latest_charge,
      metadata: { refund: 'rfd_1' },
    });
    await expect(stripe.refunds.create({ payment_intent: intent.id, amount: 2001 })).rejects.toMatchObject({
      statusCode: 400,
      param: 'amount',
    });
    await stripe.refunds.create({ charge: intent.latest_charge as string });
    await expect(stripe.refunds.create({ payment_intent: intent.id })).rejects.toMatchObject({ code: 'charge_already_refunded' });

    const refunds = await stripe.refunds.list({ payment_intent: intent.id, expand: ['data.balance_transaction'] });
    expect(
      refunds.data.map(({ amount, balance_transaction }) => [amount, (balance_transaction as Stripe.BalanceTransaction).net]),
    ).toEqual([
      [2000, -2000],
      [1000, -1000],
    ]);
    expect((await stripe.refunds.list({ charge: intent.latest_charge as string })).data).toHaveLength(2);
    const refunded = await stripe.charges.retrieve(intent.latest_charge as string);
    expect(refunded).toMatchObject({ amount_refunded: 3000, refunded: true });
  });

  test('is told by charge.refunded and refund.created, and by refund.updated later', async () => {
    const intent = await charge(800);
    await sandbox.advance(2);
    const last = (await stripe.events.list({ limit: 1 })).data[0]!.id;
    await stripe.refunds.create({ payment_intent: intent.id });
    await sandbox.advance(2);
    const events = await stripe.events.list({ ending_before: last });
    expect(events.data.map(({ type }) => type).reverse()).toEqual([
      'charge.refunded',
      'refund.created',
      'refund.updated',
      'charge.refund.updated',
    ]);
    expect(events.data.at(-1)).toMatchObject({ data: { previous_attributes: { amount_refunded: 0, refunded: false } } });
  });

  test('needs a payment that succeeded', async () => {
    const waiting = await stripe.paymentIntents.create({ amount: 500, currency: 'usd' });
    await expect(stripe.refunds.create({ payment_intent: waiting.id })).rejects.toMatchObject({ statusCode: 400 });
    await expect(stripe.refunds.create({} as never)).rejects.toMatchObject({ code: 'parameter_missing' });
  });
});

test('the balance is what its transactions add up to, available two days on', async () => {
  const own = await startSandbox();
  await own.control('settings', { payouts: 'manual' });
  try {
    const intent = await own.stripe.paymentIntents.create({
      amount: 10_000,
      currency: 'eur',
      payment_method: 'pm_card_visa',
      confirm: true,
    });
    await own.advance(2);
    await own.stripe.refunds.create({ payment_intent: intent.id, amount: 500 });
    expect((await own.stripe.balance.retrieve()).pending).toMatchObject([{ currency: 'eur', amount: 10_000 - 320 - 500 }]);
    await own.advance(2 * 86_400 + 5);
    const balance = await own.stripe.balance.retrieve();
    expect([balance.available[0]?.amount, balance.pending[0]?.amount]).toEqual([9180, 0]);
    const transactions = await own.stripe.balanceTransactions.list({ source: intent.latest_charge as string });
    expect(transactions.data).toMatchObject([
      { amount: 10_000, fee: 320, net: 9680, reporting_category: 'charge', exchange_rate: null },
    ]);
    expect(transactions.data[0]?.fee_details).toMatchObject([{ amount: 320, type: 'stripe_fee' }]);
  } finally {
    await own.simulator.close();
  }
});

describe('test cards', () => {
  const named = testCards.filter(({ ids }) => ids.length > 0).map((card) => [card.ids[0]!, card] as const);

  test.each(named)('%s behaves as Stripe says', async (id, card) => {
    const outcome = await charge(1500, 'usd', id).catch((error: Stripe.errors.StripeCardError) => error);
    if (card.authentication) {
      expect(outcome).toMatchObject({ status: 'requires_action', latest_charge: null });
    } else if (card.decline) {
      expect(outcome).toMatchObject({
        statusCode: 402,
        code: card.decline.code,
        payment_intent: { status: 'requires_payment_method' },
      });
    } else {
      expect(outcome).toMatchObject({ status: 'succeeded' });
    }
  });

  test('are told apart by their numbers too, and other numbers are refused', async () => {
    const make = (number: string) =>
      stripe.paymentMethods.create({ type: 'card', card: { number, exp_month: 12, exp_year: 2040, cvc: '123' } });
    expect((await make('4000 0566 5566 5556')).card).toMatchObject({
      brand: 'visa',
      funding: 'debit',
      last4: '5556',
      exp_year: 2040,
    });
    await expect(make('4242424242424241')).rejects.toMatchObject({ statusCode: 402, code: 'incorrect_number' });
    await expect(make('4539148803436467')).rejects.toMatchObject({ statusCode: 402, decline_code: 'test_mode_live_card' });
    expect((await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } })).card?.last4).toBe('4242');
    await expect(charge(500, 'usd', 'pm_card_unheardOf')).rejects.toMatchObject({
      code: 'resource_missing',
      message: "No such PaymentMethod: 'pm_card_unheardOf'",
    });
  });

  test('decline when they are attached, but for the one that fails only when charged', async () => {
    const { id: customer } = await stripe.customers.create({});
    await expect(stripe.paymentMethods.attach('pm_card_chargeDeclined', { customer })).rejects.toMatchObject({ statusCode: 402 });
    const attached = await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    expect(attached.customer).toBe(customer);
    expect((await stripe.paymentMethods.detach(attached.id)).customer).toBeNull();
  });
});

describe('a payment intent', () => {
  test('off session, a card that insists on its owner is declined', async () => {
    const ask = stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      off_session: true,
    });
    await expect(ask).rejects.toMatchObject({
      statusCode: 402,
      code: 'authentication_required',
      decline_code: 'authentication_required',
    });
  });

  test('goes back to its return address after authentication', async () => {
    const return_url = 'http://127.0.0.1:1/back?keep=1';
    const intent = await stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
      return_url,
    });
    const answer = await fetch(`${intent.next_action?.redirect_to_url?.url}/approve`, { method: 'POST', redirect: 'manual' });
    const back = new URL(answer.headers.get('location')!);
    expect([
      back.searchParams.get('keep'),
      back.searchParams.get('payment_intent'),
      back.searchParams.get('redirect_status'),
    ]).toEqual(['1', intent.id, 'succeeded']);
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('succeeded');
  });

  test('authenticated, some cards are declined all the same', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 900,
      currency: 'usd',
      payment_method: 'pm_card_threeDSecureRequiredChargeDeclined',
      confirm: true,
    });
    await fetch(`${intent.next_action?.redirect_to_url?.url}/approve`, { method: 'POST', redirect: 'manual' });
    expect(await stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'card_declined' },
    });
  });

  test('is made, changed, confirmed, and canceled only where its state allows', async () => {
    const intent = await stripe.paymentIntents.create({ amount: 900, currency: 'usd', metadata: { a: '1' } });
    expect(intent.status).toBe('requires_payment_method');
    await expect(stripe.paymentIntents.confirm(intent.id)).rejects.toMatchObject({ statusCode: 400 });
    const changed = await stripe.paymentIntents.update(intent.id, {
      amount: 950,
      payment_method: 'pm_card_visa',
      description: 'A gift',
    });
    expect(changed).toMatchObject({ amount: 950, status: 'requires_confirmation', description: 'A gift' });
    expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('succeeded');
    await expect(stripe.paymentIntents.confirm(intent.id)).rejects.toMatchObject({
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: intent.id },
    });
    await expect(stripe.paymentIntents.cancel(intent.id)).rejects.toMatchObject({ code: 'payment_intent_unexpected_state' });
    const other = await stripe.paymentIntents.create({ amount: 900, currency: 'usd' });
    expect(await stripe.paymentIntents.cancel(other.id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
    await expect(
      stripe.paymentIntents.create({ amount: 900, currency: 'usd', payment_method_types: ['card'] } as never),
    ).rejects.toMatchObject({ code: 'payment_method_types_no_longer_supported' });
  });
});
