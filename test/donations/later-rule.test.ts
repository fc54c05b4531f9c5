import { afterAll, beforeAll, expect, test } from 'vitest';
import { backfill } from '../../src/reconcile/backfill.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const grounds: MoneyGround[] = [];
let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
  grounds.push(ground);
});
afterAll(() => Promise.all(grounds.map((one) => one.close())));

test('a payment that is in the books as foreign stays so, whatever rule there is later', async () => {
  const { config } = ground.services;
  await ground.client.paymentIntents.create({
    amount: 1000,
    currency: 'eur',
    description: 'A donation',
    confirm: true,
    payment_method: 'pm_card_visa',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  await ground.advance(86_400);
  const since = new Date(ground.services.clock.now().getTime() - 10 * 86_400_000);
  expect(await backfill(ground.services, { since })).toEqual([]);
  const ruled = {
    ...ground.services,
    config: { ...config, newsroom: { ...config.newsroom, foreign_charges: [{ description: 'donation' }] } },
  };
  const again = new Date(Math.floor(since.getTime() / 1000) * 1000);
  expect(await backfill(ruled, { since: again })).toEqual([]);
  expect(await ground.differences()).toEqual([]);
});

test('a bank debit that is in the balance before it is paid is the gift of a rule from the beginning, without a letter', async () => {
  const own = await openMoneyGround({ newsroom: { foreign_charges: [{ description: 'donation' }] } });
  grounds.push(own);
  await own.simulate('settings', { bank_debits_booked: 'at_once', payouts: 'manual' });
  await own.client.paymentIntents.create({
    amount: 1000,
    currency: 'eur',
    description: 'A donation',
    confirm: true,
    payment_method: 'pm_successDelayed_at',
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
  });
  await own.advance(3600);
  await own.tell();
  expect(await own.rows('select status from donations')).toEqual([{ status: 'processing' }]);
  expect(await own.differences()).toEqual([]);
  await own.advance(4 * 86_400);
  await own.tell();
  expect(await own.rows('select status, gross_minor from donations')).toEqual([{ status: 'succeeded', gross_minor: 1000n }]);
  expect(await own.differences()).toEqual([]);
  expect(await own.rows('select id from receipts')).toEqual([]);
});
