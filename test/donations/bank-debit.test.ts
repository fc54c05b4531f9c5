import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readObject } from '../../webhooks/read-object.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const day = 24 * 3600;

describe.each(['at_once', 'on_success'])('a gift by bank debit that is in the balance %s', (booking) => {
  let ground: MoneyGround;
  beforeAll(async () => {
    ground = await openMoneyGround();
    await ground.simulate('settings', { bank_debits_booked: booking, payouts: 'manual' });
  });
  afterAll(() => ground?.close());

  const donation = (id: string) => ground.row<Record<string, string>>('select * from donations where id = $1', id);
  const income = async (id: string) =>
    (
      await ground.row<{ sum: bigint }>(
        "select coalesce(-sum(amount_minor), 0)::bigint as sum from ledger_entries join ledger_journals on id = journal_id where donation_id = $1 and account = 'donations'",
        id,
      )
    ).sum;

  async function given(card: string): Promise<string> {
    const gift = await ground.begin({ amount: 2500n });
    await ground.payGift(gift, { card });
    await ground.tell();
    return gift.id;
  }

  test('is on its way, then succeeds with its fee; taken back after all, its money leaves the books and a person is told', async () => {
    const id = await given('pm_successDelayed_at');
    expect(await donation(id)).toMatchObject({ status: 'processing', gross_minor: null });
    expect(await income(id)).toBe(booking === 'at_once' ? 2500n : 0n);
    expect(await ground.differences()).toEqual([]);
    await ground.advance(4 * day);
    await ground.tell();
    const { stripe_charge_id, stripe_payment_intent_id } = await donation(id);
    expect(await donation(id)).toMatchObject({ status: 'succeeded', gross_minor: 2500n });
    expect(await income(id)).toBe(2500n);
    expect(await ground.differences()).toEqual([]);
    await ground.simulate(`charges/${stripe_charge_id}`, { outcome: 'failed' });
    await readObject(ground.services, stripe_payment_intent_id!);
    expect(await donation(id)).toMatchObject({ status: 'succeeded', gross_minor: 2500n });
    expect(await income(id)).toBe(0n);
    expect(await ground.rows('select kind, theirs_minor from discrepancies where object_id = $1', id)).toEqual([
      { kind: 'debit-taken-back', theirs_minor: expect.any(BigInt) },
    ]);
    expect(await ground.differences()).toEqual([]);
  });

  test('fails days later, and leaves nothing in the books but what Stripe kept', async () => {
    const id = await given('pm_failedDelayed_at');
    await ground.advance(4 * day);
    await ground.tell();
    expect(await donation(id)).toMatchObject({ status: 'failed', gross_minor: null });
    expect(await income(id)).toBe(0n);
    expect(await ground.rows('select id from receipts where donation_id = $1', id)).toEqual([]);
    expect(await ground.differences()).toEqual([]);
  });
});
