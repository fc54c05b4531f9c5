import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startSandbox } from './support.ts';

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

const hour = 3600;

/** A refund over a payment that was booked, and what was told since it was asked for. */
async function refund(payment_method: string, more: Stripe.RefundCreateParams = {}) {
  const intent = await stripe.paymentIntents.create({ amount: 2000, currency: 'usd', payment_method, confirm: true });
  await sandbox.advance(2);
  const from = (await sandbox.control('state')).event.length;
  const made = await stripe.refunds.create({ payment_intent: intent.id, metadata: { refund: 'rfd_1' }, ...more });
  const told = async () => {
    const { event } = (await sandbox.control('state')) as { event: Stripe.Event[] };
    return event.slice(from).map(({ type }) => type);
  };
  return { made, told, charge: intent.latest_charge as string };
}

test('a refund that begins as pending succeeds an hour later, or is canceled until then', async () => {
  const { made, told } = await refund('pm_card_pendingRefund');
  expect(made).toMatchObject({ status: 'pending', pending_reason: 'processing', metadata: { refund: 'rfd_1' } });
  await sandbox.advance(hour + 2);
  expect(await stripe.refunds.retrieve(made.id)).toMatchObject({ status: 'succeeded', metadata: { refund: 'rfd_1' } });
  expect((await told()).slice(0, 3)).toEqual(['charge.refunded', 'refund.created', 'refund.updated']);
  await expect(stripe.refunds.cancel(made.id)).rejects.toMatchObject({ statusCode: 400 });

  const other = await refund('pm_card_pendingRefund', { amount: 700 });
  const canceled = await stripe.refunds.cancel(other.made.id, { expand: ['failure_balance_transaction'] });
  expect(canceled).toMatchObject({
    status: 'canceled',
    failure_reason: 'merchant_request',
    failure_balance_transaction: { amount: 700, fee: 0, type: 'refund_failure', reporting_category: 'refund_failure' },
  });
  await sandbox.advance(hour + 2);
  expect((await stripe.refunds.retrieve(other.made.id)).status).toBe('canceled');
  expect(await stripe.charges.retrieve(other.charge)).toMatchObject({ amount_refunded: 0 });
});

test('a refund that succeeded may fail later: the money is back, and can be refunded again', async () => {
  const { made, told, charge } = await refund('pm_card_refundFail');
  expect(made.status).toBe('succeeded');
  await sandbox.advance(hour + 2);
  const failed = await stripe.refunds.retrieve(made.id, { expand: ['failure_balance_transaction'] });
  expect(failed).toMatchObject({
    status: 'failed',
    failure_reason: 'expired_or_canceled_card',
    failure_balance_transaction: { amount: 2000, net: 2000 },
  });
  expect((await told()).slice(-4)).toEqual(['refund.updated', 'charge.refund.updated', 'charge.updated', 'refund.failed']);
  expect(await stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, refunded: false });

  const again = await stripe.refunds.create({ charge, amount: 500 });
  const reason = { failure_reason: 'lost_or_stolen_card' };
  expect(await sandbox.control(`refunds/${again.id}/fail`, reason)).toMatchObject({ status: 'failed', ...reason });
  expect(await sandbox.control(`refunds/${again.id}/fail`, {})).toMatchObject({ error: {} });
  expect((await stripe.refunds.list({ charge })).data.map(({ id }) => id)).toEqual([again.id, made.id]);
});
