import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askForForgottenRefunds, askForRefund } from '../../src/refunds/ask-for-refund.ts';
import { requestRefund } from '../../src/refunds/request-refund.ts';
import type { Services } from '../../src/services.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

type Fault = { fault: string; status?: number; times: number; method?: string };

let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
});
afterAll(() => ground?.close());

/** A gift of 25.00 that staff want to give 10.00 back of. */
async function wanted(): Promise<{ id: string; paymentIntent: string; donationId: string }> {
  const gift = await ground.begin({ amount: 2500n });
  await ground.payGift(gift);
  await ground.tell();
  const { pi } = await ground.row<{ pi: string }>('select stripe_payment_intent_id as pi from donations where id = $1', gift.id);
  const wish = { donationId: gift.id, amountMinor: 1000n, reason: 'requested_by_customer', requestedBy: 'key_1' } as const;
  return { id: (await requestRefund(ground.services, wish)).id, paymentIntent: pi, donationId: gift.id };
}

const refund = (id: string) => ground.row('select * from refunds where id = $1', id);
const atStripe = async (paymentIntent: string) => (await ground.client.refunds.list({ payment_intent: paymentIntent })).data;
const askOnce = (id: string, services: Services = ground.services) =>
  askForRefund(services, id).catch((error: { code: string }) => error.code);
const meet = ({ method = 'POST', ...fault }: Fault) =>
  ground.simulate('faults', { clear: true, api: { path: '/v1/refunds', method, ...fault } });

async function expectOneRefund({ id, paymentIntent, donationId }: Awaited<ReturnType<typeof wanted>>): Promise<void> {
  await ground.tell();
  const made = await atStripe(paymentIntent);
  expect(made).toMatchObject([{ amount: 1000, reason: 'requested_by_customer', metadata: { gratis_refund: id } }]);
  expect(await ground.rows('select id, status, stripe_refund_id from refunds where donation_id = $1', donationId)).toEqual([
    { id, status: 'succeeded', stripe_refund_id: made[0]!.id },
  ]);
  const { refunded_minor } = await ground.row('select refunded_minor from donations where id = $1', donationId);
  expect(refunded_minor).toBe(1000n);
}

describe('a refund that staff ask for', () => {
  test('is asked for once, and what Stripe tells of it is the same refund', async () => {
    const one = await wanted();
    expect(await refund(one.id)).toMatchObject({ status: 'requested', requested_by: 'key_1', attempt: 0 });
    await askOnce(one.id);
    expect(await refund(one.id)).toMatchObject({
      status: 'pending',
      attempt: 1,
      stripe_refund_id: expect.stringMatching(/^re_/),
    });
    await askOnce(one.id);
    await expectOneRefund(one);
  });

  test('is the same refund where Stripe tells of it before it answers, and where two ask at once', async () => {
    const one = await wanted();
    const stripe = {
      ...ground.services.stripe,
      async createRefund(...asked: Parameters<Services['stripe']['createRefund']>) {
        const made = await ground.services.stripe.createRefund(...asked);
        await ground.tell();
        return made;
      },
    };
    const eager = { ...ground.services, stripe };
    await Promise.all([askOnce(one.id, eager), askOnce(one.id, eager)]);
    expect(await refund(one.id)).toMatchObject({ status: 'succeeded' });
    await expectOneRefund(one);
  });

  test.each<Fault>([
    { fault: 'cut-after', times: 2 },
    { fault: '500-after', times: 2 },
    { fault: 'malformed', times: 2 },
    { fault: 'cut-before', times: 2 },
    { fault: 'status', status: 429, times: 1 },
    { fault: 'status', status: 503, times: 2 },
  ])('is unknown after $fault $status, looked up, and made once', async (fault) => {
    const one = await wanted();
    await meet(fault);
    expect(await askOnce(one.id)).toBe('stripe-unavailable');
    expect(await refund(one.id)).toMatchObject({ status: 'unknown', attempt: 1 });
    await meet({ fault: 'status', status: 401, times: 1, method: 'GET' });
    const calls = await ground.countCalls(() => askOnce(one.id));
    expect(calls).toBe(1); // it could not be looked up, and so it was not asked for
    expect(await refund(one.id)).toMatchObject({ status: 'unknown' });
    await askOnce(one.id);
    expect(await refund(one.id)).toMatchObject({ status: 'pending', attempt: 1 });
    await expectOneRefund(one);
  });

  test.each([
    ['cut-after', 1],
    ['cut-before', 2],
  ])('is made once, without a key that Stripe has forgotten, a day after %s', async (fault, attempt) => {
    const one = await wanted();
    await meet({ fault, times: 2 });
    await askOnce(one.id);
    await ground.advance(25 * 3600);
    await askOnce(one.id);
    expect(await refund(one.id)).toMatchObject({ status: 'pending', attempt });
    await expectOneRefund(one);
  });

  test('is looked up first where it is old: a restored backup may not know that it was asked for', async () => {
    const one = await wanted();
    await askOnce(one.id);
    await ground.database.pool.query(
      "update refunds set status = 'requested', attempt = 0, asked_at = null, stripe_refund_id = null where id = $1",
      [one.id],
    );
    await ground.advance(25 * 3600);
    await askOnce(one.id);
    await expectOneRefund(one);
  });

  test('that was forgotten between the row and the call is picked up by itself', async () => {
    const one = await wanted();
    await ground.database.pool.query("select graphile_worker.remove_job('ask-for-refund:' || $1)", [one.id]);
    await ground.database.pool.query('update refunds set asked_at = now(), attempt = 1, leased_until = now() where id = $1', [
      one.id,
    ]);
    await ground.advance(5);
    await askForForgottenRefunds(ground.services, 0);
    const queued = await ground.rows("select from graphile_worker.jobs where key = 'ask-for-refund:' || $1", one.id);
    expect(queued).toHaveLength(1);
    await askOnce(one.id);
    await expectOneRefund(one);
  });

  test('that Stripe refuses for good has failed, says why, and leaves what it took to others', async () => {
    const one = await wanted();
    await ground.client.refunds.create({ payment_intent: one.paymentIntent });
    expect(await askOnce(one.id)).toBeUndefined();
    expect(await refund(one.id)).toMatchObject({ status: 'failed', failure_reason: 'charge_already_refunded' });
    const acts = await ground.rows('select actor, action from audit_entries where object_id = $1 order by id', one.id);
    expect(acts).toEqual([
      { actor: 'key_1', action: 'refund.requested' },
      { actor: 'service', action: 'refund.refused' },
    ]);
  });

  test('waits while our key at Stripe is refused, and comes back under another once that is put right', async () => {
    const one = await wanted();
    await meet({ fault: 'status', status: 401, times: 1 });
    expect(await askOnce(one.id)).toBe('stripe-refused');
    expect(await refund(one.id)).toMatchObject({ status: 'requested', asked_at: null });
    await askOnce(one.id);
    await expectOneRefund(one);
  });

  test('leaves sound books, with the balance that Stripe has', async () => {
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });
});
