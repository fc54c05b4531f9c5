import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

describe('a one-time gift, as Stripe tells of it', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const donation = (id: string) => ground.row('select * from donations where id = $1', id);

  test('is succeeded with its fee, its donor, its journal and one receipt', async () => {
    const gift = await ground.begin({ amount: 750n, name: 'R. Eader' });
    await ground.payGift(gift);
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({
      status: 'succeeded',
      currency: 'eur',
      amount_minor: 750n,
      settlement_currency: 'eur',
      gross_minor: 750n,
      fee_minor: 52n,
      net_minor: 698n,
      article_id: 'a-17',
      follow_up_at: null,
    });
    const donor = await ground.row(
      'select donors.* from donors join donations on donor_id = donors.id where donations.id = $1',
      gift.id,
    );
    expect(donor).toMatchObject({ email: 'reader@example.net', email_key: 'reader@example.net', name: 'R. Eader' });
    const entries = await ground.rows(
      'select account, amount_minor from ledger_entries join ledger_journals on id = journal_id where donation_id = $1 order by line',
      gift.id,
    );
    expect(entries).toEqual([
      { account: 'stripe_balance', amount_minor: 698n },
      { account: 'stripe_fees', amount_minor: 52n },
      { account: 'donations', amount_minor: -750n },
    ]);
    expect(await ground.rows('select kind from receipts where donation_id = $1', gift.id)).toEqual([{ kind: 'gift' }]);
    expect(await ground.row('select state from checkouts where donation_id = $1', gift.id)).toEqual({ state: 'complete' });
    expect(await ground.rows("select id from inbox_events where state = 'pending'")).toEqual([]);
  });

  test('costs at most four calls of Stripe in all, told at once or bit by bit', async () => {
    const atOnce = await ground.countCalls(async () => {
      const gift = await ground.begin();
      await ground.payGift(gift);
      await deliverAndWork();
    });
    const bitByBit = await ground.countCalls(async () => {
      const gift = await ground.begin();
      await ground.payGift(gift);
      for (const type of ['payment_intent.succeeded', 'checkout.session.completed', 'charge.updated']) await deliverAndWork(type);
    });
    expect(atOnce).toBeLessThanOrEqual(3);
    expect(bitByBit).toBe(4);

    // the test's own question for the events is not the service's
    async function deliverAndWork(type?: string): Promise<void> {
      const events = await fetch(`${ground.stripeUrl}/v1/events?limit=100`, {
        headers: { authorization: `Bearer ${ground.services.config.stripe.secretKey}` },
      });
      const { data } = (await events.json()) as { data: Parameters<MoneyGround['deliver']>[0] };
      await ground.deliver(data.filter((event) => !type || event.type === type));
      await ground.work();
    }
  });

  test('stays open when a card is declined on its page, and succeeds with the next one', async () => {
    const gift = await ground.begin();
    await ground.payGift(gift, { card: 'pm_card_chargeDeclined' });
    await ground.tell();
    await ground.services.stripe.getCheckout(gift.checkoutId);
    expect(await donation(gift.id)).toMatchObject({ status: 'pending', donor_id: null });
    await ground.payGift(gift);
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded' });
  });

  test('expires with its page', async () => {
    const gift = await ground.begin();
    await ground.client.checkout.sessions.expire(gift.checkoutId);
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ status: 'expired' });
    expect(await ground.row('select state from checkouts where donation_id = $1', gift.id)).toEqual({ state: 'expired' });
  });

  test('is succeeded before its fee is known, and gets the fee when Stripe tells it', async () => {
    const gift = await ground.begin();
    await ground.payGift(gift, { feeLater: true });
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', fee_minor: null, follow_up_at: expect.any(Date) });
    expect(await ground.rows('select id from ledger_journals where donation_id = $1', gift.id)).toEqual([]);
    expect(await ground.rows('select id from receipts where donation_id = $1', gift.id)).toHaveLength(1);
    await ground.advance(2);
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', fee_minor: 59n, follow_up_at: null });
    expect(await ground.rows('select id from ledger_journals where donation_id = $1', gift.id)).toHaveLength(1);
    expect(await ground.rows('select id from receipts where donation_id = $1', gift.id)).toHaveLength(1);
  });

  test('knows its session although the event came before the answer to the request that made it', async () => {
    const gift = await ground.begin();
    await ground.database.pool.query(
      "update checkouts set state = 'asking', stripe_checkout_session_id = null, url = null where donation_id = $1",
      [gift.id],
    );
    await ground.payGift(gift);
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded' });
    expect(
      await ground.row('select state, stripe_checkout_session_id as session from checkouts where donation_id = $1', gift.id),
    ).toEqual({
      state: 'complete',
      session: gift.checkoutId,
    });
  });

  test('is written anew from Stripe where a restored backup has lost it', async () => {
    const gift = await ground.begin({ amount: 2500n });
    await ground.database.pool.query('delete from checkouts where donation_id = $1', [gift.id]);
    await ground.database.pool.query('delete from donations where id = $1', [gift.id]);
    await ground.payGift(gift);
    await ground.tell();
    expect(await donation(gift.id)).toMatchObject({
      status: 'succeeded',
      amount_minor: 2500n,
      kind: 'one-time',
      article_url: null,
    });
  });

  test('asks for the newsletter that its donor wished for, once', async () => {
    const gift = await ground.begin({ newsletter: 'daily' });
    await ground.payGift(gift);
    await ground.tell(['payment_intent.succeeded']);
    await ground.tell();
    const jobs = await ground.rows(
      "select payload from graphile_worker._private_jobs as job join graphile_worker._private_tasks as task on task.id = job.task_id where task.identifier = 'ask-newsletter-wish'",
    );
    expect(jobs).toEqual([{ payload: { donationId: gift.id } }]);
  });

  test('leaves sound books, with the balance that Stripe has', async () => {
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });
});
