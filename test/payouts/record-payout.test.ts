import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDuePayouts, readPayoutLines } from '../../src/payouts/read-payout-lines.ts';
import type { PayoutReading } from '../../src/stripe/gateway.ts';
import { readObject } from '../../webhooks/read-object.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const day = 24 * 3600;

describe('a payout, as Stripe tells of it', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  const payout = (id: string) => ground.row('select * from payouts where id = $1', id);
  const linesOf = (id: string) =>
    ground.rows<{ id: string; type: string; net_minor: bigint }>(
      'select id, type, net_minor from balance_transactions where payout_id = $1 order by created_at, id',
      id,
    );
  const bank = async () =>
    (
      await ground.row<{ sum: bigint }>(
        "select coalesce(sum(amount_minor), 0)::bigint as sum from ledger_entries where account = 'bank'",
      )
    ).sum;
  const stagedFor = (payload: string) =>
    ground.rows<{ payload: { subject: string } }>(
      "select payload from graphile_worker._private_jobs where payload::text like '%' || $1 || '%'",
      payload,
    );
  const latest = async () => (await ground.client.payouts.list({ limit: 1 })).data[0]!.id;

  async function given(options: { untold?: boolean } = {}): Promise<string> {
    const gift = await ground.begin({ amount: 2500n });
    await ground.payGift(gift);
    if (!options.untold) await ground.tell();
    return gift.id;
  }

  test('is made of the gifts that were available, and takes them from the balance to the bank', async () => {
    const gifts = [await given(), await given()];
    await ground.advance(3.5 * day);
    await ground.tell();
    const id = await latest();
    expect(await payout(id)).toMatchObject({
      ...{ status: 'paid', currency: 'eur', amount_minor: 4794n, automatic: true, reconciliation_status: 'completed' },
      ...{ lines_read_at: null, lines_due_at: expect.any(Date), arrival_on: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) },
    });
    expect(await bank()).toBe(4794n);
    expect(await stagedFor(id)).toHaveLength(1);
    await readPayoutLines(ground.services, id);
    await readPayoutLines(ground.services, id);
    expect(await linesOf(id)).toMatchObject([
      { type: 'charge', net_minor: 2397n },
      { type: 'charge', net_minor: 2397n },
    ]);
    expect(await payout(id)).toMatchObject({ lines_read_at: expect.any(Date), lines_due_at: null });
    const rows = await ground.rows(
      'select donations.id from donations join balance_transactions line on line.id = stripe_balance_transaction_id where payout_id = $1 order by 1',
      id,
    );
    expect(rows).toEqual(gifts.sort().map((gift) => ({ id: gift })));
    expect(await ground.differences()).toEqual([]);
  });

  test('that failed after it was paid comes back by one balance transaction, which the next one pays out again', async () => {
    const failed = await latest();
    await ground.simulate(`payouts/${failed}/fail`);
    await ground.tell();
    expect(await payout(failed)).toMatchObject({ status: 'failed', failure_code: 'account_closed' });
    expect(await bank()).toBe(0n);
    expect(await linesOf(failed)).toHaveLength(2);
    await ground.advance(2 * day);
    await ground.tell();
    const next = await latest();
    expect(next).not.toBe(failed);
    await readPayoutLines(ground.services, next);
    expect(await linesOf(next)).toMatchObject([{ type: 'payout_failure', net_minor: 4794n }]);
    expect(await bank()).toBe(4794n);
    expect(await ground.differences()).toEqual([]);
  });

  test('brings along whatever is not booked yet: fees at once, gifts through their own room, and stays due until all is here', async () => {
    const gift = await given({ untold: true });
    await ground.simulate('balance_transactions', { type: 'stripe_fee', amount: -300, currency: 'eur', description: 'Radar' });
    await ground.simulate('balance_transactions', { type: 'contribution', amount: -70, currency: 'eur' });
    await ground.advance(3.5 * day);
    await ground.tell(['payout.paid', 'payout.reconciliation_completed']);
    const id = await latest();
    await readPayoutLines(ground.services, id);
    expect(await payout(id)).toMatchObject({ lines_read_at: null, lines_due_at: expect.any(Date) });
    expect((await linesOf(id)).map(({ type }) => type).sort()).toEqual(['contribution', 'stripe_fee']);
    expect(await ground.row('select status from donations where id = $1', gift)).toEqual({ status: 'pending' });
    const [paymentIntent] = (await ground.events(['payment_intent.succeeded']))
      .slice(-1)
      .map(({ data }) => String(data.object.id));
    expect(await stagedFor(paymentIntent!)).toHaveLength(1);
    await readObject(ground.services, paymentIntent!);
    await ground.database.pool.query('delete from graphile_worker._private_jobs');
    expect(await readDuePayouts(ground.services)).toBe(1);
    expect(await readDuePayouts(ground.services)).toBe(0); // asked for again only after a while
    expect(await stagedFor(id)).toHaveLength(1);
    await readPayoutLines(ground.services, id);
    expect(await payout(id)).toMatchObject({ lines_read_at: expect.any(Date), lines_due_at: null });
    expect(await linesOf(id)).toHaveLength(3);
    await ground.database.pool.query("update balance_transactions set payout_id = $1 where type = 'payout_failure'", [id]);
    await readPayoutLines(ground.services, id);
    expect(await linesOf(id)).toHaveLength(3); // a line that Stripe does not list is none of it
    const other = await ground.row<{ source_id: string }>(
      "select source_id from balance_transactions where type = 'payout_failure'",
    );
    for (const { id: paid } of await ground.rows<{ id: string }>('select id from payouts where id <> $1', other.source_id)) {
      await readPayoutLines(ground.services, paid);
    }
    expect(
      await ground.row("select object_id, currency, theirs_minor, resolved_at from discrepancies where kind = 'unknown-kind'"),
    ).toEqual({
      ...{ object_id: (await linesOf(id)).find(({ type }) => type === 'contribution')!.id },
      ...{ currency: 'eur', theirs_minor: -70n, resolved_at: null },
    });
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });

  test('of a status that we do not know is parked; an older reading changes nothing; one made by hand has no lines', async () => {
    const manual = await ground.client.payouts.create({ amount: 100, currency: 'eur' }).catch(() => undefined);
    const id = manual?.id ?? (await latest());
    await readObject(ground.services, id);
    const reading = await ground.services.stripe.getPayout(id);
    await expect(readAgain({ ...reading, status: 'lost_at_sea' })).rejects.toMatchObject({ code: 'stripe-value-unknown' });
    await ground.database.pool.query('update payouts set read_number = read_number + 1000 where id = $1', [id]);
    await readAgain({ ...reading, status: 'canceled' });
    expect(await payout(id)).toMatchObject({ status: reading.status, lines_due_at: null });
    await ground.database.pool.query('update payouts set read_number = 0 where id = $1', [id]);
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });

  /** Reads a payout anew, as if Stripe answered this. */
  async function readAgain(reading: PayoutReading): Promise<void> {
    const stripe = { ...ground.services.stripe, getPayout: async () => reading };
    await readObject({ ...ground.services, stripe }, reading.id);
  }
});
