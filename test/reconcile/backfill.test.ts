import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backfill } from '../../src/reconcile/backfill.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const day = 86_400;
let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround({ newsroom: { foreign_charges: [{ description: 'donation' }] } });
});
afterAll(() => ground?.close());

const pay = (amount: number, description: string) =>
  ground.client.paymentIntents.create({
    amount,
    currency: 'eur',
    description,
    confirm: true,
    payment_method: 'pm_card_visa',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
const counts = () =>
  ground.row<
    Record<string, bigint>
  >(`select (select count(*) from ledger_journals) as journals, (select count(*) from receipts) as receipts,
    (select count(*) from mails) as mails, (select count(*) from donations) as gifts,
    (select count(*) from graphile_worker.jobs where task_identifier in ('write-receipt', 'send-mail')) as letters`);
const holds = async (account: string) =>
  (
    await ground.row<{ sum: bigint }>(
      'select coalesce(sum(amount_minor), 0)::bigint as sum from ledger_entries where account = $1',
      account,
    )
  ).sum;

describe('bringing in the history of an account', () => {
  test('opens the books with what Stripe held, brings in all that came later, ties, and writes to nobody', async () => {
    await pay(5000, 'Donation of long ago');
    await ground.advance(day);
    const since = ground.services.clock.now();
    since.setUTCMilliseconds(0);
    const [gift, shop] = [await pay(1000, 'A donation'), await pay(2000, 'A mug')];
    await ground.client.refunds.create({ payment_intent: gift.id, amount: 250 });
    const lost = await ground.begin({ interval: 'month', amount: 700n, name: 'A Reader' }); // its rows are lost below
    await ground.payGift(lost);
    await ground.simulate('balance_transactions', { type: 'stripe_fee', amount: -199, fee: 0, currency: 'eur' });
    await ground.advance(3 * day);
    await ground.database.pool.query('delete from checkouts; delete from subscriptions');
    const begun = await ground.begin({ amount: 1500n });
    await ground.payGift(begun);
    await ground.advance(day);

    expect(await backfill(ground.services, { since })).toEqual([]);
    expect(await ground.differences()).toEqual([]);
    expect(await holds('opening_balance')).toBe(-4825n);
    expect(await holds('other_income')).toBe(-2000n);
    expect(await holds('donations')).toBe(-(1000n + 700n + 1500n));
    const after = await counts();
    expect(after).toMatchObject({ mails: 0n, gifts: 3n, receipts: 1n }); // what began here and was paid meanwhile has its receipt
    expect(await ground.row('select refunded_minor from donations where stripe_payment_intent_id = $1', gift.id)).toEqual({
      refunded_minor: 250n,
    });
    expect(await ground.rows('select status from subscriptions where id = $1', lost.id)).toEqual([{ status: 'active' }]);
    expect(shop.status).toBe('succeeded');

    expect(await backfill(ground.services, { since })).toEqual([]);
    expect(await counts()).toEqual(after);
    await expect(backfill(ground.services, { since: new Date(since.getTime() - 1000) })).rejects.toThrow(/began at/);
  });

  test('goes on where it was broken off', async () => {
    const own = await openMoneyGround();
    try {
      for (let nth = 0; nth < 3; nth += 1) {
        const gift = await own.begin();
        await own.payGift(gift);
      }
      await own.database.pool.query('delete from checkouts; delete from donations');
      const since = new Date(own.services.clock.now().getTime() - day * 1000);
      const { stripe } = own.services;
      const cut = { ...stripe, listBalanceTransactions: stripe.listBalanceTransactions, listObjects: stripe.listObjects };
      let lists = 0;
      cut.listObjects = async (kind, part) => {
        lists += 1;
        if (kind === 'refunds') throw Object.assign(new Error('away'), { code: 'ECONNRESET' });
        return stripe.listObjects(kind, part);
      };
      await expect(backfill({ ...own.services, stripe: cut }, { since })).rejects.toThrow('away');
      expect(lists).toBe(3);
      const kinds: string[] = [];
      expect(await backfill(own.services, { since, onProgress: (kind) => kinds.push(kind) })).toEqual([]);
      expect([...new Set(kinds)]).toEqual(['refunds', 'disputes', 'payouts']);
      expect(await own.row('select count(*) as gifts from donations')).toEqual({ gifts: 3n });
      expect(await own.row('select count(*) as receipts from receipts')).toEqual({ receipts: 0n });
    } finally {
      await own.close();
    }
  });
});
