import type Stripe from 'stripe';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSandbox } from './support.ts';

let sandbox: Awaited<ReturnType<typeof startSandbox>>;
let stripe: Stripe;
beforeEach(async () => {
  sandbox = await startSandbox();
  stripe = sandbox.stripe;
});
afterEach(() => sandbox.simulator.close());

const day = 86_400;
const charge = (amount: number, currency = 'eur', payment_method = 'pm_card_visa') =>
  stripe.paymentIntents.create({ amount, currency, payment_method, confirm: true });

/** What the balance says of a currency, which must always be the sum of all nets. */
async function balance(currency = 'eur'): Promise<[available: number, pending: number]> {
  const { available, pending } = await stripe.balance.retrieve();
  const of = (sums: { amount: number; currency: string }[]) => sums.find((sum) => sum.currency === currency)?.amount ?? 0;
  const { data } = await stripe.balanceTransactions.list({ currency, limit: 100 });
  expect(of(available) + of(pending)).toBe(data.reduce((sum, { net }) => sum + net, 0));
  return [of(available), of(pending)];
}

const told = async () =>
  (await stripe.events.list({ type: 'payout.*', limit: 100 })).data
    .map((event) => [event.type, (event.data.object as Stripe.Payout).status])
    .reverse();

test('whatever is available is paid out every midnight, by currency, and its lines sum up to it', async () => {
  await charge(10_000);
  await charge(5_000);
  await charge(3_000, 'usd');
  await sandbox.advance(2);
  const [refunded] = (await stripe.charges.list({ limit: 1 })).data;
  await stripe.refunds.create({ charge: refunded!.id, amount: 500 });
  expect(await balance()).toEqual([0, 9_680 + 4_825]);
  await sandbox.advance(4 * day);
  const payouts = await stripe.payouts.list({ status: 'paid' });
  expect(payouts.data.map(({ currency, amount }) => [currency, amount]).sort()).toEqual([
    ['eur', 9_680 + 4_825],
    ['usd', 3_000 - 117 - 500],
  ]);
  for (const { id, amount, created, arrival_date, ...payout } of payouts.data) {
    expect(payout).toMatchObject({ automatic: true, reconciliation_status: 'completed', status: 'paid' });
    expect([created % day, arrival_date - created]).toEqual([0, day / 2]);
    const { data } = await stripe.balanceTransactions.list({ payout: id, expand: ['data.source'] });
    const [own, ...lines] = data;
    expect(own).toMatchObject({ id: payout.balance_transaction, type: 'payout', net: -amount, source: { id } });
    expect(lines.reduce((sum, { net }) => sum + net, 0)).toBe(amount);
  }
  expect([await balance(), await balance('usd')]).toEqual([
    [0, 0],
    [0, 0],
  ]);
  const each = (type: string, status: string) => [1, 2].map(() => [`payout.${type}`, status]);
  expect(await told()).toEqual([
    ...each('created', 'pending'),
    ...each('updated', 'in_transit'),
    ...each('paid', 'paid'),
    ...each('reconciliation_completed', 'paid'),
  ]);
  const { data: later } = await stripe.payouts.list({ created: { gt: payouts.data[0]!.created } });
  expect(later).toEqual([]);
});

test('a payout may fail after it was paid: the money is back, and in the next one', async () => {
  await charge(10_000);
  await sandbox.advance(4 * day);
  const [first] = (await stripe.payouts.list()).data;
  const failed = await sandbox.control(`payouts/${first!.id}/fail`, {});
  expect(failed).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
  expect(await balance()).toEqual([9_680, 0]);
  expect((await sandbox.control(`payouts/${first!.id}/fail`, {})).error.message).toMatch(/is failed/);
  await sandbox.advance(2 * day);
  const [second] = (await stripe.payouts.list({ expand: ['data.balance_transaction'] })).data;
  expect(second).toMatchObject({ amount: 9_680, status: 'paid', balance_transaction: { net: -9_680 } });
  const { data } = await stripe.balanceTransactions.list({ payout: second!.id });
  expect(data.map(({ type, net, reporting_category }) => [type, net, reporting_category])).toEqual([
    ['payout', -9_680, 'payout'],
    ['payout_failure', 9_680, 'payout_reversal'],
  ]);
  expect(data[1]).toMatchObject({ id: failed.failure_balance_transaction, source: first!.id });
  expect((await stripe.balanceTransactions.list({ payout: first!.id })).data).toHaveLength(2);
  expect((await told()).slice(3, 5)).toEqual([
    ['payout.reconciliation_completed', 'paid'],
    ['payout.failed', 'failed'],
  ]);
});

test('by hand: never more than is available, called back while it is pending, and never itemised', async () => {
  await sandbox.control('settings', { payouts: 'manual' });
  await charge(2_000, 'usd', 'pm_card_bypassPending');
  await charge(2_000, 'usd');
  expect(await balance('usd')).toEqual([1_912, 0]);
  await expect(stripe.payouts.create({ amount: 1_913, currency: 'usd' })).rejects.toMatchObject({ code: 'balance_insufficient' });
  const payout = await stripe.payouts.create({ amount: 1_100, currency: 'usd', metadata: { why: 'rent' } });
  expect(payout).toMatchObject({ automatic: false, reconciliation_status: 'not_applicable', status: 'pending' });
  expect((await balance('usd'))[0]).toBe(812);
  await stripe.payouts.update(payout.id, { metadata: { why: 'none' } });
  expect(await stripe.payouts.cancel(payout.id)).toMatchObject({ status: 'canceled', metadata: { why: 'none' } });
  expect((await balance('usd'))[0]).toBe(1_912);
  await stripe.payouts.create({ amount: 1_912, currency: 'usd' });
  await sandbox.advance(5 * day);
  await expect(stripe.payouts.cancel(payout.id)).rejects.toMatchObject({ statusCode: 400 });
  await expect(stripe.balanceTransactions.list({ payout: payout.id })).rejects.toThrow(/only be filtered on automatic/);
  expect((await stripe.payouts.list()).data.map(({ status }) => status)).toEqual(['paid', 'canceled']);
  await sandbox.control('settings', { payouts: 'daily' });
  await sandbox.advance(2 * day);
  const [daily] = (await stripe.payouts.list()).data;
  expect(daily).toMatchObject({ automatic: true, amount: 1_912, status: 'paid' });
  expect(await balance('usd')).toEqual([0, 0]);
});

test('what is owed waits for more, or is taken from the bank where that is allowed', async () => {
  await sandbox.control('balance_transactions', { type: 'stripe_fee', amount: -700, currency: 'eur', description: 'Billing' });
  await sandbox.advance(2 * day);
  expect((await stripe.payouts.list()).data).toEqual([]);
  await sandbox.control('settings', { negative_balance: 'debit' });
  await sandbox.control('balance_transactions', { type: 'something_new_2027', amount: 100, fee: 3, currency: 'eur' });
  expect(await balance()).toEqual([-603, 0]);
  await sandbox.advance(2 * day);
  const [payout] = (await stripe.payouts.list()).data;
  expect(payout).toMatchObject({ amount: -603, status: 'paid' });
  const { data } = await stripe.balanceTransactions.list({ payout: payout!.id });
  expect(data.map(({ type, reporting_category, net, source }) => [type, reporting_category, net, source])).toEqual([
    ['payout', 'payout', 603, payout!.id],
    ['something_new_2027', 'something_new_2027', 97, null],
    ['stripe_fee', 'fee', -700, null],
  ]);
  expect(await balance()).toEqual([0, 0]);
});

test('foreign currencies are converted at the rate of the day, refunds too, and back to the unit where one is undone', async () => {
  const settlement = { default: 'eur', also: ['usd'], rates: { jpy: '0.0061', kwd: '2.98765', gbp: '1.155' } };
  expect(await sandbox.control('settings', { settlement })).toMatchObject({ payouts: 'daily', settlement });
  const amounts = { jpy: 2_025, kwd: 10_990, gbp: 3_333, usd: 1_000, chf: 800 };
  for (const [currency, amount] of Object.entries(amounts)) {
    await charge(amount, currency);
  }
  await sandbox.advance(2);
  const { data } = await stripe.balanceTransactions.list();
  expect(data.reverse().map(({ currency, amount, fee, exchange_rate }) => [currency, amount, fee, exchange_rate])).toEqual([
    ['eur', 1_235, 66, 0.61],
    ['eur', 3_283, 125, 0.298765],
    ['eur', 3_850, 142, 1.155],
    ['usd', 1_000, 59, null],
    ['chf', 800, 53, null],
  ]);
  await sandbox.control('settings', { settlement: { rates: { jpy: '0.0065' } } });
  const yen = data[0]!.source as string;
  await stripe.refunds.create({ charge: yen });
  const [refund] = (await stripe.balanceTransactions.list({ limit: 1 })).data;
  expect(refund).toMatchObject({ currency: 'eur', amount: -1_316, net: -1_316, exchange_rate: 0.65 });
  expect(await stripe.charges.retrieve(yen)).toMatchObject({ currency: 'jpy', amount_refunded: 2_025 });
  await sandbox.advance(4 * day);
  expect((await stripe.payouts.list()).data.map(({ currency }) => currency).sort()).toEqual(['chf', 'eur', 'usd']);
  expect(await balance()).toEqual([0, 0]);
  expect((await sandbox.control('settings', { settlement: { rates: { jpy: '1e9' } } })).error.message).toMatch(/decimal/);
});

test('objects can be changed behind everybody’s back, and no event tells of it', async () => {
  await charge(10_000);
  await charge(1_000);
  await sandbox.advance(4 * day);
  const [payout] = (await stripe.payouts.list()).data;
  const [, line] = (await stripe.balanceTransactions.list({ payout: payout!.id })).data;
  const before = (await stripe.events.list({ limit: 1 })).data[0]!.id;
  await sandbox.control('tamper', { id: line!.id, fee: line!.fee + 1, net: line!.net - 1 });
  expect((await stripe.balanceTransactions.retrieve(line!.id)).net).toBe(line!.net - 1);
  await sandbox.control('tamper', { id: payout!.id, amount: 1 });
  expect((await stripe.payouts.retrieve(payout!.id)).amount).toBe(1);
  await sandbox.control('tamper', { id: line!.id, payout: null });
  expect((await stripe.balanceTransactions.list({ payout: payout!.id })).data).toHaveLength(2);
  expect((await sandbox.control('tamper', { id: line!.id, nett: 1 })).error.message).toMatch(/no nett/);
  expect((await sandbox.control('tamper', { id: 'txn_none', net: 1 })).error.code).toBe('resource_missing');
  expect((await stripe.events.list({ ending_before: before })).data).toEqual([]);
});
