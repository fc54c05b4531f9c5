import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BegunGift, type MoneyGround, openMoneyGround, type ToldEvent } from '../support/money-ground.ts';

/** What a month of one subscription is told by; each run draws an order and how often each is told. */
const plan = fc.record({
  order: fc.array(fc.nat(1000), { minLength: 12, maxLength: 12 }),
  copies: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 12, maxLength: 12 }),
  early: fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
});

describe('the events of a gift', () => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
  });
  afterAll(() => ground?.close());

  test.each(['month', undefined] as const)(
    'may come in any order, any number of times, to two workers at once (%s)',
    async (interval) => {
      const plans = fc.sample(plan, { numRuns: 12, seed: 7 });
      const ends: unknown[] = [];
      for (const drawn of plans) {
        const before = new Set((await ground.events()).map(({ id }) => id));
        const gift = await ground.begin({ amount: 500n, interval, newsletter: 'daily' });
        await ground.payGift(gift, { feeLater: true, email: `${ends.length}${interval}@example.net` });
        const early = (await ground.events()).filter(({ id }) => !before.has(id));
        await tell(
          early.filter((_event, index) => drawn.early[index % 12]),
          drawn,
        );
        await ground.advance(2);
        await tell(
          (await ground.events()).filter(({ id }) => !before.has(id)),
          drawn,
        );
        ends.push(await endOf(gift));
      }
      expect(ends[0]).toMatchObject({
        gifts: [{ status: 'succeeded', fee_minor: 45n, follow_up_at: null }],
        receipts: ['gift'],
        pending: 0n,
      });
      for (const end of ends) expect(end).toEqual(ends[0]);
    },
    60_000,
  );

  test('leaves sound books, with the balance that Stripe has', async () => {
    await ground.tell();
    expect(await ground.differences()).toEqual([]);
  });

  /** In the plan's order, each as often as it says, while two workers are at it. */
  async function tell(events: ToldEvent[], { order, copies }: { order: number[]; copies: number[] }): Promise<void> {
    const shuffled = events
      .flatMap((event, index) => Array<ToldEvent>(copies[index % 12]!).fill(event))
      .map((event, index) => ({ event, at: order[index % 12]! * 31 + index * 17 }))
      .sort((one, other) => (one.at % 101) - (other.at % 101))
      .map(({ event }) => event);
    const half = Math.ceil(shuffled.length / 2);
    await ground.deliver(shuffled.slice(0, half));
    await Promise.all([ground.work(), ground.work(), ground.deliver(shuffled.slice(half))]);
    await Promise.all([ground.work(), ground.work()]);
  }

  /** All that is known of a gift, without ids and times. */
  async function endOf(gift: BegunGift): Promise<unknown> {
    const where = gift.id.startsWith('rec_') ? 'subscription_id' : 'id';
    return ground
      .row(
        `select
        (select jsonb_agg(status) from subscriptions where id = $1) as subscriptions,
        (select bool_and(donor_id is not null and stripe_customer_id is not null) from subscriptions where id = $1) as has_donor,
        (select count(*) from donors join donations on donations.donor_id = donors.id where donations.${where} = $1) as donors,
        (select state from checkouts where coalesce(donation_id, subscription_id) = $1) as page,
        (select count(*) from inbox_events where state = 'pending') as pending,
        (select array_agg(kind) from receipts where donation_id in (select id from donations where ${where} = $1)) as receipts,
        (select array_agg(account || ' ' || amount_minor order by line) from ledger_entries join ledger_journals on id = journal_id
          where donation_id in (select id from donations where ${where} = $1)) as books,
        (select count(*) from graphile_worker._private_jobs where payload::text like '%' || (select id from donations where ${where} = $1) || '%') as wishes`,
        gift.id,
      )
      .then(async (row) => ({
        ...row,
        gifts: await ground.rows(
          `select kind, status, currency, amount_minor, fee_minor, net_minor, refunded_minor, newsletter, article_id, follow_up_at,
          donor_id is not null as has_donor, period_end is not null as has_period from donations where ${where} = $1`,
          gift.id,
        ),
      }));
  }
});
