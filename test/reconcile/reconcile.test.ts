import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { saySum } from '../../src/operations/say-sum.ts';
import { reconcile } from '../../src/reconcile/reconcile.ts';
import { reconcileCommand, toLine } from '../../src/reconcile/reconcile-command.ts';
import { replayCommand } from '../../src/reconcile/replay-command.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
});
afterAll(() => ground?.close());

const lines = async () => (await reconcile(ground.services)).map(toLine);
const transactionOf = async (id: string) =>
  (await ground.row<{ id: string }>('select stripe_balance_transaction_id as id from donations where id = $1', id)).id;

describe('reconciling', () => {
  test('begins at no instant that is still to come', async () => {
    for (const since of ['2999-01-01', '2999-01-01T00:00:00Z']) {
      await expect(reconcileCommand(ground.services, { since })).rejects.toThrow(`--since is in the future: ${since}`);
    }
  });

  test('finds everything that no webhook told of, works on it, and then finds no difference', async () => {
    const gift = await ground.begin();
    const monthly = await ground.begin({ interval: 'month', amount: 500n });
    await ground.payGift(gift);
    await ground.payGift(monthly, { email: 'monthly@example.net' });
    const { payment_intent } = await ground.client.checkout.sessions.retrieve(gift.checkoutId);
    await ground.client.refunds.create({ payment_intent: payment_intent as string, amount: 300 });
    await ground.client.charges.create({ amount: 700, currency: 'eur', source: 'tok_visa' }).catch(() => undefined);
    await ground.advance(3);
    expect(await lines()).toEqual([]);
    expect(await ground.row('select status, refunded_minor from donations where id = $1', gift.id)).toEqual({
      status: 'succeeded',
      refunded_minor: 300n,
    });
    expect(await ground.row('select status from subscriptions where id = $1', monthly.id)).toEqual({ status: 'active' });
    expect(
      await ground.row("select count(*) as missed, count(*) filter (where source = 'sweep') as swept from inbox_events"),
    ).toEqual({ missed: expect.any(BigInt), swept: expect.any(BigInt) });
    expect(await ground.differences()).toEqual([]);
    const calls = await ground.countCalls(lines);
    expect(calls).toBeLessThan(12); // what was seen is not read again
  });

  test('names a balance transaction by its id that differs by a cent, in either place, until it is right again', async () => {
    const [one, other] = [await ground.begin(), await ground.begin({ amount: 2000n })];
    await ground.payGift(one);
    await ground.payGift(other);
    await ground.tell();
    const [txn, second] = [await transactionOf(one.id), await transactionOf(other.id)];
    await ground.simulate('tamper', { id: txn, amount: 1001, net: 942 });
    await ground.database.pool.query(
      'update balance_transactions set fee_minor = fee_minor + 1, net_minor = net_minor - 1 where id = $1',
      [second],
    );
    const found = await lines();
    expect(found).toContainEqual(
      `balance-transaction ${txn}: amount: ours 10.00 EUR, Stripe's 10.01 EUR; net: ours 9.41 EUR, Stripe's 9.42 EUR`,
    );
    expect(found).toContainEqual(
      `balance-transaction ${second}: fee: ours 0.89 EUR, Stripe's 0.88 EUR; net: ours 19.11 EUR, Stripe's 19.12 EUR`,
    );
    expect(found).toContainEqual(expect.stringContaining('balance eur: our books hold 0.01 EUR less than Stripe: ours '));
    expect(found).toContainEqual(expect.stringMatching(/^check settled-gifts-match-stripe: 1 found: don_/));
    await ground.simulate('tamper', { id: txn, amount: 1000, net: 941 });
    await ground.database.pool.query(
      'update balance_transactions set fee_minor = fee_minor - 1, net_minor = net_minor + 1 where id = $1',
      [second],
    );
    expect(await lines()).toEqual([]);
    const { kept } = await ground.row<{ kept: bigint }>(
      'select count(*) as kept from discrepancies where resolved_at is not null',
    );
    expect(kept).toBeGreaterThanOrEqual(4n);
  });

  test('compares payouts line by line: what is in none, in another, or of another amount', async () => {
    const gift = await ground.begin({ amount: 3000n });
    await ground.payGift(gift);
    await ground.advance(4 * 86_400);
    expect(await lines()).toEqual([]);
    const line = await transactionOf(gift.id);
    const { payout_id: payout } = await ground.row<{ payout_id: string }>(
      'select payout_id from balance_transactions where id = $1',
      line,
    );
    await ground.simulate('tamper', { id: line, fee: 118, net: 2882 });
    const { net_minor: net } = await ground.row<{ net_minor: bigint }>(
      'select net_minor from balance_transactions where id = $1',
      line,
    );
    const found = await lines();
    expect(found).toContainEqual(
      `payout-line ${line}: fee: ours 1.17 EUR, Stripe's 1.18 EUR; net: ours ${saySum(net, 'eur')}, Stripe's 28.82 EUR`,
    );
    expect(found).toContainEqual(
      expect.stringMatching(new RegExp(`^payout ${payout}: its lines sum to \\d+\\.\\d\\d EUR, it is of `)),
    );
    await ground.simulate('tamper', { id: line, fee: 117, net: 2883 });
    await ground.database.pool.query('update balance_transactions set payout_id = null where id = $1', [line]);
    await ground.database.pool.query('update subscriptions set amount_minor = amount_minor + 1');
    expect(await lines()).toEqual([]); // what we merely forgot or mixed up is repaired
  });

  test('what is noted for a person stands until somebody has looked at it', async () => {
    await ground.simulate('balance_transactions', { type: 'climate_order_purchase', amount: -5, currency: 'eur' });
    const [line] = await lines();
    const [, kind, id] = /^(\S+) (\S+): .* \(-0\.05 EUR\)$/.exec(line!) ?? [];
    expect(kind).toBe('unknown-kind');
    expect(await lines()).toHaveLength(1);
    expect(await reconcileCommand(ground.services, { settled: id! })).toBe(0);
    await expect(reconcileCommand(ground.services, { settled: id! })).rejects.toThrow(/nothing was noted/);
    expect(await lines()).toEqual([]);
  });

  test('events that were given up are tried again when somebody says so', async () => {
    await ground.database.pool.query(
      "update inbox_events set state = 'dead', attempts = 10, error = 'TypeError' where type = 'refund.created'",
    );
    expect(await lines()).toContainEqual(expect.stringMatching(/^check no-event-is-given-up/));
    expect(await replayCommand(ground.services, { id: undefined, dead: true })).toMatch(/^1 events and 0 jobs/);
    await ground.work();
    const { id } = await ground.row<{ id: string }>("select id from inbox_events where type = 'refund.created'");
    expect(await replayCommand(ground.services, { id })).toMatch(/^1 events/);
    await ground.work();
    expect(await ground.row('select state, attempts from inbox_events where id = $1', id)).toEqual({
      state: 'done',
      attempts: 0,
    });
    await expect(replayCommand(ground.services, { id: 'evt_none' })).rejects.toThrow(/no stored event/);
    await expect(replayCommand(ground.services, { id, dead: true })).rejects.toThrow(/one of/);
    expect(await lines()).toEqual([]);
  });
});
