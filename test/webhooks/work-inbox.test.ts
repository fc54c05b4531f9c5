import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import type { Services } from '../../src/services.ts';
import type { StripeGateway } from '../../src/stripe/gateway.ts';
import { readObject, readObjectAs } from '../../webhooks/read-object.ts';
import { createInboxWorker } from '../../webhooks/work-inbox.ts';
import { eventually } from '../support/eventually.ts';
import { type BegunGift, type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

describe('the work on what is in the inbox', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const donation = (id: string) => ground.row('select * from donations where id = $1', id);
  const eventsOf = (subject: string) => ground.rows('select * from inbox_events where subject = $1 order by id', subject);
  const withStripe = (changes: Partial<StripeGateway>): Services => ({
    ...ground.services,
    stripe: { ...ground.services.stripe, ...changes },
  });

  async function paid(): Promise<BegunGift & { paymentIntent: string }> {
    const gift = await ground.begin();
    await ground.payGift(gift);
    const session = await ground.client.checkout.sessions.retrieve(gift.checkoutId);
    return { ...gift, paymentIntent: String(session.payment_intent) };
  }
  async function deliver(gift: { paymentIntent: string }): Promise<void> {
    const events = await ground.events(['payment_intent.succeeded']);
    await ground.deliver(events.filter(({ data }) => data.object.id === gift.paymentIntent));
  }

  test('tries a poisoned object ten times and then keeps it as dead, while every other goes on', async () => {
    const [poison, other] = [await paid(), await paid()];
    await deliver(poison);
    await deliver(other);
    const getPayment: StripeGateway['getPayment'] = (id, options) =>
      id === poison.paymentIntent
        ? Promise.reject(new TypeError('a bug, with a name in it'))
        : ground.services.stripe.getPayment(id, options);
    await ground.work(withStripe({ getPayment }));
    expect(await donation(other.id)).toMatchObject({ status: 'succeeded' });
    expect(await eventsOf(poison.paymentIntent)).toMatchObject([
      { state: 'pending', attempts: 1, error: 'TypeError', leased_until: null },
    ]);
    for (let attempt = 2; attempt <= 10; attempt++) {
      await ground.advance(2 ** attempt);
      await ground.work(withStripe({ getPayment }));
    }
    expect(await eventsOf(poison.paymentIntent)).toMatchObject([{ state: 'dead', attempts: 10, reason: 'it failed too often' }]);
    await ground.advance(86_400);
    await ground.work();
    expect(await donation(poison.id)).toMatchObject({ status: 'pending' });
    await ground.database.pool.query("update inbox_events set state = 'pending', attempts = 0 where subject = $1", [
      poison.paymentIntent,
    ]);
    await ground.work();
    expect(await donation(poison.id)).toMatchObject({ status: 'succeeded' });
  });

  test('waits for an outage of Stripe or Postgres without counting', async () => {
    const gift = await paid();
    await deliver(gift);
    const outages = [
      new AppError('stripe-unavailable', 'away', { retryAfterSeconds: 7 }),
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      Object.assign(new Error('shutting down'), { code: '57P01' }),
      new Error('Connection terminated unexpectedly'),
    ];
    for (const outage of [...outages, ...outages, ...outages]) {
      await ground.work(withStripe({ getPayment: () => Promise.reject(outage) }));
      await ground.advance(10);
    }
    expect(await eventsOf(gift.paymentIntent)).toMatchObject([{ state: 'pending', attempts: 0 }]);
    await ground.work();
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded' });
  });

  test('takes a status that Stripe has added since for nothing, and keeps the event as dead', async () => {
    const gift = await paid();
    await deliver(gift);
    const getPayment: StripeGateway['getPayment'] = async (id) => ({
      ...(await ground.services.stripe.getPayment(id)),
      status: 'succeeded_twice',
    });
    await ground.work(withStripe({ getPayment }));
    expect(await eventsOf(gift.paymentIntent)).toMatchObject([
      { state: 'dead', error: 'stripe-value-unknown', reason: 'it cannot be understood' },
    ]);
    expect(await donation(gift.id)).toMatchObject({ status: 'pending' });
  });

  test('lets go of an object that Stripe does not have', async () => {
    const [event] = await ground.events(['payment_intent.succeeded']);
    await ground.deliver([{ ...event!, id: 'evt_nowhere', data: { object: { object: 'payment_intent', id: 'pi_nowhere' } } }]);
    await ground.work();
    expect(await eventsOf('pi_nowhere')).toMatchObject([{ state: 'gone', reason: 'Stripe has no such object' }]);
  });

  test('leaves an event pending that arrives while its object is read', async () => {
    const gift = await paid();
    await deliver(gift);
    const [first] = await eventsOf(gift.paymentIntent);
    const late = { ...(await ground.events(['payment_intent.succeeded'])).find(({ id }) => id === first!.id)!, id: 'evt_late' };
    const getPayment: StripeGateway['getPayment'] = async (id, options) => {
      const reading = await ground.services.stripe.getPayment(id, options);
      await ground.deliver([late]);
      return reading;
    };
    await readObject(withStripe({ getPayment }), gift.paymentIntent);
    expect(await eventsOf(gift.paymentIntent)).toMatchObject(
      [
        { id: first!.id, state: 'done' },
        { id: 'evt_late', state: 'pending' },
      ].sort(byId),
    );
    await ground.work();
    expect((await eventsOf(gift.paymentIntent)).map(({ state }) => state)).toEqual(['done', 'done']);
  });

  test('never puts an older reading over a newer one', async () => {
    const gift = await paid();
    const newer = await ground.services.stripe.getPayment(gift.paymentIntent);
    const older = { ...newer, status: 'processing', charge: null };
    await readObjectAs(withStripe({ getPayment: async () => newer }), gift.paymentIntent, 1_000_002n);
    await readObjectAs(withStripe({ getPayment: async () => older }), gift.paymentIntent, 1_000_001n);
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', read_number: 1_000_002n });
    await readObjectAs(withStripe({ getPayment: async () => older }), gift.paymentIntent, 1_000_003n);
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded' });
  });

  test('learns from an older reading of the session who gave, which the payment cannot tell', async () => {
    const gift = await paid();
    const payment = await ground.services.stripe.getPayment(gift.paymentIntent);
    const nameless = { ...payment, charge: { ...payment.charge!, email: null, name: null } };
    await ground.database.pool.query(
      "update checkouts set state = 'asking', stripe_checkout_session_id = null where donation_id = $1",
      [gift.id],
    );
    await readObjectAs(withStripe({ getPayment: async () => nameless }), gift.paymentIntent, 2_000_002n);
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', donor_id: null });
    await readObjectAs(ground.services, gift.checkoutId, 2_000_001n);
    expect(await donation(gift.id)).toMatchObject({ status: 'succeeded', donor_id: expect.any(String), read_number: 2_000_002n });
  });

  test('asks the session for an address where the charge has none, before the receipt is written', async () => {
    const gift = await paid();
    const payment = await ground.services.stripe.getPayment(gift.paymentIntent);
    const nameless = { ...payment, charge: { ...payment.charge!, email: null, name: null } };
    await readObject(withStripe({ getPayment: async () => nameless }), gift.paymentIntent);
    const donor = await ground.row(
      'select email from donors join donations on donors.id = donor_id where donations.id = $1',
      gift.id,
    );
    expect(donor).toEqual({ email: 'reader@example.net' });
    expect(await ground.rows('select id from receipts where donation_id = $1', gift.id)).toHaveLength(1);
  });

  test('fails a bank debit that was on its way and came back', async () => {
    const gift = await paid();
    const payment = await ground.services.stripe.getPayment(gift.paymentIntent);
    const underWay = {
      ...payment,
      status: 'processing',
      charge: { ...payment.charge!, status: 'pending', balanceTransaction: null },
    };
    await readObject(withStripe({ getPayment: async () => underWay }), gift.paymentIntent);
    expect(await donation(gift.id)).toMatchObject({ status: 'processing', paid_at: null, donor_id: expect.any(String) });
    expect(await ground.rows('select id from receipts where donation_id = $1', gift.id)).toEqual([]);
    await readObject(
      withStripe({ getPayment: async () => ({ ...underWay, status: 'requires_payment_method' }) }),
      gift.paymentIntent,
    );
    expect(await donation(gift.id)).toMatchObject({ status: 'failed' });
  });

  test('looks at once when it is woken, and stops after what it is at', async () => {
    const worker = createInboxWorker(ground.services);
    worker.start();
    const gift = await paid();
    await deliver(gift);
    worker.wake();
    await eventually(async () => expect(await donation(gift.id)).toMatchObject({ status: 'succeeded' }));
    await worker.stop();
    await worker.stop();
    const later = await paid();
    await deliver(later);
    worker.wake();
    expect(await donation(later.id)).toMatchObject({ status: 'pending' });
    await ground.work();
  });

  test('goes on by itself when Postgres was away', async () => {
    const worker = createInboxWorker(ground.services);
    worker.start();
    const gift = await paid();
    await ground.database.setReachable(false);
    worker.wake();
    await expect(ground.services.db.selectFrom('donations').select('id').execute()).rejects.toThrow();
    await ground.database.setReachable(true);
    await deliver(gift);
    await eventually(async () => expect(await donation(gift.id)).toMatchObject({ status: 'succeeded' }));
    await worker.stop();
  });

  test('of two workers takes each object once and loses none', async () => {
    const gifts = await Promise.all(Array.from({ length: 12 }, paid));
    for (const gift of gifts) await deliver(gift);
    let reads = 0;
    const getPayment: StripeGateway['getPayment'] = (id, options) => {
      reads += 1;
      return ground.services.stripe.getPayment(id, options);
    };
    await Promise.all([ground.work(withStripe({ getPayment })), ground.work(withStripe({ getPayment }))]);
    for (const gift of gifts) expect(await donation(gift.id)).toMatchObject({ status: 'succeeded' });
    expect(reads).toBeLessThanOrEqual(gifts.length + 2);
    expect(await ground.rows("select id from inbox_events where state = 'pending'")).toEqual([]);
  });

  test('reports an error by its code alone', async () => {
    const gift = await paid();
    await deliver(gift);
    const refused = new AppError('stripe-refused', 'Stripe did not accept the request', { extension: { stripe_code: 'x' } });
    await ground.work(withStripe({ getPayment: () => Promise.reject(refused) }));
    expect(await eventsOf(gift.paymentIntent)).toMatchObject([{ attempts: 1, error: 'stripe-refused' }]);
    await ground.advance(10);
    await ground.work();
  });
});

function byId(one: { id: unknown }, other: { id: unknown }): number {
  return String(one.id) < String(other.id) ? -1 : 1;
}
