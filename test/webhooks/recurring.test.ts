import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BegunGift, type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const day = 86_400;

describe('a recurring gift, as Stripe tells of it', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const subscription = (id: string) => ground.row('select * from subscriptions where id = $1', id);
  const gifts = (id: string) => ground.rows('select * from donations where subscription_id = $1 order by paid_at', id);
  const stripeIdOf = async ({ id }: BegunGift) => (await subscription(id)).stripe_subscription_id as string;

  test('is one gift for each paid invoice, with what the subscription was begun with', async () => {
    const begun = await ground.begin({ interval: 'month', amount: 500n, newsletter: 'daily' });
    expect(await gifts(begun.id)).toEqual([]);
    await ground.payGift(begun);
    await ground.tell();
    await ground.advance(32 * day);
    await ground.tell();
    expect(await subscription(begun.id)).toMatchObject({ status: 'active', interval: 'month', amount_minor: 500n });
    const [first, second, ...more] = await gifts(begun.id);
    expect(more).toEqual([]);
    const inherited = {
      kind: 'recurring',
      status: 'succeeded',
      amount_minor: 500n,
      article_id: 'a-17',
      campaign: 'autumn',
      fee_minor: 45n,
    };
    expect(first).toMatchObject({ ...inherited, newsletter: 'daily', stripe_invoice_id: expect.stringMatching(/^in_/) });
    expect(second).toMatchObject({ ...inherited, newsletter: null, donor_id: first!.donor_id });
    expect(first!.period_end).toEqual(second!.paid_at instanceof Date ? expect.any(Date) : null);
    expect((second!.period_end as Date).getTime()).toBeGreaterThan((first!.period_end as Date).getTime());
    expect(await ground.rows("select id from receipts where kind = 'gift'")).toHaveLength(2);
  });

  test('costs at most four calls of Stripe for its first gift, when all is told at once', async () => {
    const begun = await ground.begin({ interval: 'month' });
    await ground.payGift(begun, { feeLater: true });
    const first = await ground.events();
    const calls = await ground.countCalls(async () => {
      await ground.deliver(first);
      await ground.work();
    });
    await ground.advance(2);
    const second = await ground.events(['charge.updated']);
    const later = await ground.countCalls(async () => {
      await ground.deliver(second);
      await ground.work();
    });
    expect(calls + later).toBeLessThanOrEqual(4);
  });

  test('is whole when the renewal is heard of first, and when only the payment is', async () => {
    const begun = await ground.begin({ interval: 'month' });
    await ground.payGift(begun);
    const ofTheFirstMonth = await ground.events();
    await ground.advance(32 * day);
    const later = await ground.events(['payment_intent.succeeded']);
    const renewals = later.filter(({ id }) => !ofTheFirstMonth.some((event) => event.id === id));
    await ground.deliver(renewals);
    await ground.work();
    expect(await gifts(begun.id)).toMatchObject([{ status: 'succeeded', article_id: 'a-17', donor_id: expect.any(String) }]);
    await ground.deliver(ofTheFirstMonth);
    await ground.tell();
    expect(await gifts(begun.id)).toHaveLength(2);
    expect(await subscription(begun.id)).toMatchObject({ status: 'active', donor_id: expect.any(String) });
  });

  test('is written anew, with its gift, where a restored backup has lost it', async () => {
    const begun = await ground.begin({ interval: 'year', amount: 5000n });
    await ground.database.pool.query('delete from checkouts where subscription_id = $1', [begun.id]);
    await ground.database.pool.query('delete from subscriptions where id = $1', [begun.id]);
    await ground.payGift(begun);
    await ground.tell(['payment_intent.succeeded']);
    expect(await subscription(begun.id)).toMatchObject({ status: 'active', interval: 'year', amount_minor: 5000n });
    expect(await gifts(begun.id)).toMatchObject([{ status: 'succeeded', amount_minor: 5000n }]);
    await ground.tell();
    expect(await gifts(begun.id)).toHaveLength(1);
  });

  test('tells the donor once that it ended, however often that is told', async () => {
    const begun = await ground.begin({ interval: 'month' });
    await ground.payGift(begun);
    await ground.tell();
    await ground.client.subscriptions.cancel(await stripeIdOf(begun));
    const events = await ground.events(['customer.subscription.deleted']);
    await ground.deliver([...events, ...events]);
    await ground.work();
    await ground.tell();
    expect(await subscription(begun.id)).toMatchObject({ status: 'canceled', ended_at: expect.any(Date) });
    expect(await jobsNamed('write-stop-confirmation')).toEqual([{ subscriptionId: begun.id }]);
  });

  test('notes that it will end, however Stripe says so', async () => {
    const begun = await ground.begin({ interval: 'month' });
    await ground.payGift(begun);
    await ground.tell();
    await ground.client.subscriptions.update(await stripeIdOf(begun), { cancel_at_period_end: true });
    await ground.tell();
    const { cancel_at, current_period_end, status } = await subscription(begun.id);
    expect(status).toBe('active');
    expect(cancel_at).toEqual(current_period_end);
  });

  test('makes no gift of a renewal that is declined, and is past due', async () => {
    const begun = await ground.begin({ interval: 'month' });
    await ground.payGift(begun, { card: 'pm_card_visa' });
    await ground.tell();
    const stripeId = await stripeIdOf(begun);
    const { customer } = await ground.client.subscriptions.retrieve(stripeId);
    const card = await ground.client.paymentMethods.attach('pm_card_chargeCustomerFail', { customer: customer as string });
    await ground.client.subscriptions.update(stripeId, { default_payment_method: card.id });
    await ground.advance(32 * day);
    await ground.tell();
    expect(await gifts(begun.id)).toHaveLength(1);
    expect((await subscription(begun.id)).status).toMatch(/past_due|canceled/);
  });

  test('expires with the page that nobody paid on', async () => {
    const begun = await ground.begin({ interval: 'month' });
    await ground.client.checkout.sessions.expire(begun.checkoutId);
    await ground.tell();
    expect(await subscription(begun.id)).toMatchObject({ status: 'expired', stripe_subscription_id: null });
  });

  test('leaves sound books, with the balance that Stripe has', async () => {
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });

  async function jobsNamed(name: string): Promise<unknown[]> {
    const jobs = await ground.rows<{ payload: unknown }>(
      'select payload from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = job.task_id where identifier = $1',
      name,
    );
    return jobs.map(({ payload }) => payload);
  }
});
