import Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { money } from '../../src/money.ts';
import { backfill } from '../../src/reconcile/backfill.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { apiVersion as simulatedVersion } from '../../src/sandbox/stripe/world.ts';
import { setupAccount } from '../../src/setup.ts';
import { apiVersion, createStripeClient } from '../../src/stripe/client.ts';
import { setupStripe } from '../../src/stripe/setup.ts';
import { eventTypes } from '../../webhooks/event-types.ts';
import { readSources } from '../structure/sources.ts';
import { forgetShapes, seenShapes } from '../support/official-shapes.ts';
import { checkoutIdOf, exportRows, giveOnce, giveRegularly, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

/** Every request that the service makes. */
const requests = [
  'DELETE /v1/subscriptions/{id}',
  'DELETE /v1/webhook_endpoints/{id}',
  'GET /v1/balance',
  'GET /v1/balance_transactions',
  'GET /v1/balance_transactions/{id}',
  'GET /v1/charges/{id}',
  'GET /v1/checkout/sessions/{id}',
  'GET /v1/disputes',
  'GET /v1/disputes/{id}',
  'GET /v1/events',
  'GET /v1/invoice_payments',
  'GET /v1/invoices',
  'GET /v1/invoices/{id}',
  'GET /v1/payment_intents',
  'GET /v1/payment_intents/{id}',
  'GET /v1/payouts',
  'GET /v1/payouts/{id}',
  'GET /v1/products/{id}',
  'GET /v1/radar/early_fraud_warnings/{id}',
  'GET /v1/refunds',
  'GET /v1/refunds/{id}',
  'GET /v1/subscriptions',
  'GET /v1/subscriptions/{id}',
  'GET /v1/webhook_endpoints',
  'POST /v1/billing_portal/sessions',
  'POST /v1/checkout/sessions',
  'POST /v1/checkout/sessions/{id}/expire',
  'POST /v1/invoices/{id}/finalize',
  'POST /v1/invoices/{id}/void',
  'POST /v1/products',
  'POST /v1/products/{id}',
  'POST /v1/refunds',
  'POST /v1/webhook_endpoints',
  'POST /v1/webhook_endpoints/{id}',
];

/** Every object that the service is answered or told of, expanded ones and those in events and lists included. */
const objects = [
  'balance',
  'balance_transaction',
  'billing_portal.session',
  'charge',
  'checkout.session',
  'customer',
  'deleted webhook_endpoint',
  'dispute',
  'event',
  'invoice',
  'invoice_payment',
  'line_item',
  'payment_intent',
  'payment_method',
  'payout',
  'plan',
  'price',
  'product',
  'radar.early_fraud_warning',
  'refund',
  'subscription',
  'subscription_item',
  'webhook_endpoint',
];

/** Events that are listened to and that no gift of ours leads to in the simulator; cli-triggers.test.ts says which of them it can tell at all. */
const untold = [
  'charge.dispute.updated',
  'checkout.session.async_payment_failed',
  'checkout.session.async_payment_succeeded',
  'customer.subscription.paused',
  'customer.subscription.resumed',
  'payment_intent.processing',
  'payout.canceled',
  'radar.early_fraud_warning.updated',
  'refund.failed',
];

const month = 31 * 24 * 3600;

describe("Stripe's own types", () => {
  test('are of the version that the service and the simulator speak', () => {
    expect([apiVersion, simulatedVersion]).toEqual([Stripe.API_VERSION, Stripe.API_VERSION]);
  });

  test('look at every simulator that a test starts', () => {
    const calls = Object.entries(readSources(['test'], ['.ts'])).flatMap(([name, text]) =>
      [...text.matchAll(/startStripeSimulator\([^)]*\)/g)].map(([call]) => `${name}: ${call}`),
    );
    expect(calls.length).toBeGreaterThan(3);
    const unseen = calls.filter((call) => !call.startsWith('test/bench/') && !call.includes('onExchange: holdToOfficialShapes'));
    expect(unseen).toEqual([]);
  });

  describe('hold all that goes between the service and the simulator', () => {
    let stand: Stand;
    beforeAll(async () => {
      forgetShapes();
      stand = await openStand();
    });
    afterAll(() => stand?.close());

    test('a gift, its refund, and one that nobody paid', async () => {
      const gift = await giveOnce(stand, { amount: 2500, currency: 'eur' });
      await pay(stand, gift, { card: 'pm_card_chargeDeclined', email: 'reader@example.net' });
      await pay(stand, gift, { email: 'reader@example.net' });
      const left = await giveOnce(stand, { amount: 700, currency: 'eur' });
      await stand.settle();
      const [row] = await exportRows(stand, 'donations');
      const paymentIntentId = row!.stripe_payment_intent_id!;
      const amount = money(1000n, toCurrency('eur'));
      await stand.live.stripe.createRefund(
        { reference: 'rfd_1', paymentIntentId, amount, reason: 'duplicate' },
        'refund-rfd_1-1',
      );
      await stand.live.stripe.listRefunds(paymentIntentId);
      await stand.live.stripe.expireCheckout(checkoutIdOf(left));
      await stand.settle();
    });

    test('a monthly gift that is renewed, and ended while it asks for more', async () => {
      const gift = await giveRegularly(stand, { amount: 1000, currency: 'eur', interval: 'month' });
      await pay(stand, gift, { email: 'monthly@example.net' });
      await stand.settle();
      await stand.advance(month);
      await stand.settle();
      const { stripe, clock } = stand.live;
      const { payment, subscription } = await stripe.getCheckout(checkoutIdOf(gift));
      await stripe.getPayment(payment!.id);
      await stripe.openCardPage(subscription!.customerId, stand.url);
      const untilRenewal = subscription!.currentPeriodEnd!.getTime() - clock.now().getTime();
      await stand.advance(Math.ceil(untilRenewal / 1000) + 1800); // the renewal is a draft for an hour
      await stripe.cancelSubscription(subscription!.id);
      await stand.settle();
    });

    test('a monthly gift whose bank asks every time, also when nobody is there', async () => {
      const gift = await giveRegularly(stand, { amount: 900, currency: 'eur', interval: 'month' });
      const paid = await pay(stand, gift, { card: 'pm_card_authenticationRequired', email: 'asked@example.net' });
      const { payment_intent: intent } = (await paid.json()) as { payment_intent: { id: string } };
      await fetch(`${stand.stripeUrl}/3ds/${intent.id}/approve`, { method: 'POST', redirect: 'manual' });
      await stand.settle();
      await stand.advance(month + 3600);
      await stand.settle();
    });

    test('a dispute, a warning and payouts, compared with Stripe and brought in as history', async () => {
      const gift = await giveOnce(stand, { amount: 1200, currency: 'eur' });
      await pay(stand, gift, { card: 'pm_card_createDispute', email: 'disputing@example.net' });
      await stand.settle();
      const { stripe, clock, long } = stand.live;
      const { payment } = await stripe.getCheckout(checkoutIdOf(gift));
      await stand.simulate('early_fraud_warnings', { payment_intent: payment!.id });
      const [dispute] = (await stand.stripe.disputes.list()).data;
      await stand.simulate(`disputes/${dispute!.id}`, { outcome: 'won' });
      await stand.advance(4 * 24 * 3600);
      const [payout] = (await stand.stripe.payouts.list()).data;
      await stand.simulate(`payouts/${payout!.id}/fail`);
      await stand.settle();
      expect(await reconcile(long)).toEqual([]);
      await stripe.getBalanceTransaction(payment!.charge!.balanceTransaction!.id);
      expect(await backfill(long, { since: new Date(clock.now().getTime() - 400 * 24 * 3600 * 1000) })).toEqual([]);
    });

    test('an account that is made right, and made right again', async () => {
      const secretKey = stand.config.stripe.secretKey;
      const account = { secretKey, apiBase: stand.stripeUrl, publicUrl: stand.url };
      const stripe = createStripeClient(account);
      const [productId, productName] = ['gratis_donation', 'Another name'];
      await setupStripe({ stripe, publicUrl: stand.url, apiVersion, eventTypes: ['refund.created'], productId, productName });
      const { changes } = await setupAccount({ ...account, newsroomName: 'The Harbour Light' });
      expect(changes).toHaveLength(2);
      const renewed = await setupAccount({ ...account, newsroomName: 'The Harbour Light', renewEndpoint: true });
      expect(renewed.changes).toHaveLength(2);
    });

    test('and each request, each object and each event that is listened to was among it', () => {
      const seen = seenShapes();
      expect(seen.requests).toEqual(requests);
      expect(seen.objects).toEqual(objects);
      expect(eventTypes.filter((type) => !seen.events.includes(type))).toEqual(untold);
    });
  });
});
