import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { backfill } from '../../src/reconcile/backfill.ts';
import { compareBalance } from '../../src/reconcile/compare-balance.ts';
import { compareBalanceTransactions } from '../../src/reconcile/compare-balance-transactions.ts';
import { compareDisputes } from '../../src/reconcile/compare-disputes.ts';
import { comparePayouts } from '../../src/reconcile/compare-payouts.ts';
import { compareSubscriptions } from '../../src/reconcile/compare-subscriptions.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import type { Services } from '../../src/services.ts';
import type { StripeGateway } from '../../src/stripe/gateway.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const day = 86_400;
const grounds: MoneyGround[] = [];
async function open(): Promise<MoneyGround> {
  const opened = await openMoneyGround();
  grounds.push(opened);
  return opened;
}
let ground: MoneyGround;
beforeAll(async () => {
  ground = await open();
});
afterAll(() => Promise.all(grounds.map((one) => one.close())));

const withStripe = (changes: Partial<StripeGateway>): Services => ({
  ...ground.services,
  stripe: { ...ground.services.stripe, ...changes },
});
const standing = (kind: string, of = ground) =>
  of.rows('select object_id, detail from discrepancies where kind = $1 and resolved_at is null', kind);
const ago = (seconds: number) => new Date(ground.services.clock.now().getTime() - seconds * 1000);

describe('comparing with Stripe', () => {
  test('an inquiry is found whose events were all lost, after Stripe lists them no more', async () => {
    const own = await open();
    const gift = await own.begin({ amount: 3000n });
    await own.payGift(gift);
    await own.tell();
    const row = await own.row<{ pi: string }>('select stripe_payment_intent_id as pi from donations where id = $1', gift.id);
    await own.simulate('disputes', { payment_intent: row.pi, inquiry: true });
    await own.advance(40 * day);
    const { data } = await own.client.disputes.list({ payment_intent: row.pi });
    const id = data[0]!.id;
    const refuse = async () => {
      throw new AppError('stripe-value-unknown', 'new');
    };
    await compareDisputes({ ...own.services, stripe: { ...own.services.stripe, getDispute: refuse } });
    expect(await standing('dispute', own)).toEqual([{ object_id: id, detail: 'it differs and could not be read' }]);
    await compareDisputes(own.services);
    expect(await standing('dispute', own)).toEqual([]);
    const { status } = await own.services.stripe.getDispute(id);
    expect(await own.rows('select status, withdrawn_minor from disputes where id = $1', id)).toEqual([
      { status, withdrawn_minor: 0n },
    ]);
  });

  test('one payout or subscription that is not understood holds up no other', async () => {
    const gift = await ground.begin({ amount: 3000n });
    const monthly = await ground.begin({ interval: 'month', amount: 500n });
    await ground.payGift(gift);
    await ground.payGift(monthly);
    await ground.advance(4 * day);
    await ground.tell();
    const [{ id: payout }] = (await ground.rows<{ id: string }>('select id from payouts')) as [{ id: string }];
    const [{ id: sub }] = (await ground.rows<{ id: string }>('select stripe_subscription_id as id from subscriptions')) as [
      { id: string },
    ];
    const refuse = async () => {
      throw new AppError('stripe-value-unknown', 'new');
    };
    await ground.database.pool.query(
      'update payouts set amount_minor = amount_minor + 1; update subscriptions set amount_minor = 501',
    );
    await comparePayouts(withStripe({ getPayout: refuse }), ago(5 * day));
    expect(await standing('payout')).toMatchObject([{ object_id: payout }]);
    await compareSubscriptions(withStripe({ getSubscription: refuse }));
    expect(await standing('subscription')).toMatchObject([{ object_id: sub }]);
    await comparePayouts(ground.services, ago(5 * day));
    await compareSubscriptions(ground.services);
    expect([await standing('payout'), await standing('subscription')]).toEqual([[], []]);
  });

  test('a payout that moves on while the list is read is no difference', async () => {
    const { listPayouts } = ground.services.stripe;
    const earlier: StripeGateway['listPayouts'] = async (part) => {
      const { rows, next } = await listPayouts(part);
      return { rows: rows.map((row) => ({ ...row, status: 'in_transit', reconciliationStatus: 'in_progress' })), next };
    };
    await comparePayouts(withStripe({ listPayouts: earlier }), ago(5 * day));
    expect(await standing('payout')).toEqual([]);
  });

  test('a balance that differs stands for as long as it does, also by another amount', async () => {
    const { getBalance } = ground.services.stripe;
    const off = (cents: bigint) =>
      withStripe({
        getBalance: async () => (await getBalance()).map((held) => ({ ...held, minor: held.minor + cents })),
      });
    await ground.payGift(await ground.begin());
    await reconcile(ground.services);
    await compareBalance(off(1n), []);
    expect(await standing('balance')).toEqual([]);
    await compareBalance(off(1n), []);
    expect(await standing('balance')).toHaveLength(1);
    await compareBalance(off(3n), []);
    expect(await standing('balance')).toMatchObject([{ detail: expect.stringContaining('0.03 EUR less than Stripe: ours ') }]);
    await compareBalance(off(0n), []);
    expect(await standing('balance')).toEqual([]);
  });

  test('what comes from a charge and is of a kind that is not known is booked, and told to a person', async () => {
    const { charge } = await ground.row<{ charge: string }>(
      "select stripe_charge_id as charge from donations where kind = 'one-time' limit 1",
    );
    await ground.simulate('balance_transactions', {
      type: 'something_new_2027',
      amount: -77,
      fee: 0,
      currency: 'eur',
      source: charge,
    });
    await ground.advance(1800);
    expect((await reconcile(ground.services)).map(({ kind }) => kind)).toEqual(['unknown-kind']);
    expect(await ground.differences()).toEqual([]);
  });
});

describe('two comparisons at once', () => {
  test('neither resolves what the other has found and it has not looked at', async () => {
    const own = await open();
    await own.payGift(await own.begin());
    await own.payGift(await own.begin());
    await own.tell();
    await compareBalanceTransactions(own.services);
    await own.advance(day);
    const [one, other] = await own.rows<{ id: string }>('select id from balance_transactions');
    const falsify = (id: string) =>
      own.database.pool.query('update balance_transactions set fee_minor = 1, net_minor = 999 where id = $1', [id]);
    const since = new Date(own.services.clock.now().getTime() - 5 * day * 1000);
    await falsify(one!.id);
    await compareBalanceTransactions(own.services, { since });
    await compareBalanceTransactions(own.services);
    const { getBalanceTransaction } = own.services.stripe;
    const slow: StripeGateway['getBalanceTransaction'] = async (id) => {
      await falsify(other!.id);
      await compareBalanceTransactions(own.services, { since }); // the nightly one is through before the hourly one
      return getBalanceTransaction(id);
    };
    await compareBalanceTransactions({ ...own.services, stripe: { ...own.services.stripe, getBalanceTransaction: slow } });
    const standing = await own.rows('select object_id from discrepancies where resolved_at is null');
    expect(standing).toHaveLength(2);
  });
});

describe('bringing in the history', () => {
  test('begins at a whole second, so that nothing falls between', async () => {
    const own = await open();
    await own.client.paymentIntents.create({
      amount: 1000,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await own.advance(3);
    const { created } = (await own.client.balanceTransactions.list()).data[0]!;
    await own.advance(day);
    const since = new Date(created * 1000 + 500);
    expect(await backfill(own.services, { since })).toEqual([]);
    expect(await own.differences()).toEqual([]);
  });

  test('begins the books also where nothing is held', async () => {
    const own = await open();
    const intent = await own.client.paymentIntents.create({
      amount: 1000,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    await own.advance(6 * day);
    expect(await backfill(own.services, { since: own.services.clock.now() })).toEqual([]);
    expect(await own.rows('select currency, amount_minor from opening_balances')).toEqual([
      { currency: 'eur', amount_minor: 0n },
    ]);
    await own.client.refunds.create({ payment_intent: intent.id });
    await own.advance(3);
    await own.tell();
    expect(await own.differences()).toEqual([]);
  });

  test('that is broken off and goes on later hears of what happened between', async () => {
    const own = await open();
    const gift = await own.begin();
    await own.payGift(gift);
    await own.advance(3600);
    const { listObjects } = own.services.stripe;
    const cut: StripeGateway['listObjects'] = async (kind, part) => {
      if (kind === 'payouts') throw Object.assign(new Error('away'), { code: 'ECONNRESET' });
      return listObjects(kind, part);
    };
    const since = new Date(own.services.clock.now().getTime() - day * 1000);
    const services = { ...own.services, stripe: { ...own.services.stripe, listObjects: cut } };
    await expect(backfill(services, { since })).rejects.toThrow('away');
    const { payment_intent } = await own.client.checkout.sessions.retrieve(gift.checkoutId);
    await own.simulate('disputes', { payment_intent, inquiry: true });
    await own.advance(3600);
    expect(await backfill(own.services, { since })).toEqual([]);
    expect(await own.rows('select status from disputes')).toEqual([{ status: 'warning_needs_response' }]);
  });
});
