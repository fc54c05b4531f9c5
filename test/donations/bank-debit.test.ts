import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eraseDonor } from '../../src/erasure/erase-donor.ts';
import { writeDebitFailed } from '../../src/receipts/write-debit-failed.ts';
import { locales } from '../../src/text.ts';
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
    await ground.payGift(gift, { card, email: `${gift.id}@example.net` });
    await ground.tell();
    return gift.id;
  }

  test('is on its way, then succeeds with its fee; taken back after all, its money leaves the books and a person is told', async () => {
    const id = await given('pm_successDelayed_at');
    expect(await donation(id)).toMatchObject({ status: 'processing', gross_minor: null, arrived_at: null });
    expect(await income(id)).toBe(booking === 'at_once' ? 2500n : 0n);
    expect(await ground.differences()).toEqual([]);
    await ground.advance(4 * day);
    await ground.tell();
    const { stripe_charge_id, stripe_payment_intent_id } = await donation(id);
    const { paid_at, arrived_at } = await donation(id);
    expect(await donation(id)).toMatchObject({ status: 'succeeded', gross_minor: 2500n });
    expect(Number(arrived_at) - Number(paid_at)).toBeGreaterThanOrEqual(3 * day * 1000);
    expect(await income(id)).toBe(2500n);
    expect(await ground.differences()).toEqual([]);
    await ground.simulate(`charges/${stripe_charge_id}`, { outcome: 'failed' });
    await readObject(ground.services, stripe_payment_intent_id!);
    expect(await donation(id)).toMatchObject({ status: 'succeeded', gross_minor: 2500n, arrived_at });
    expect(await letterJobs(id)).toBe(0);
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
    expect(await letterJobs(id)).toBe(1);
  });

  /** How many jobs are to tell that a debit failed. */
  async function letterJobs(id: string): Promise<number> {
    const jobs = await ground.rows(
      `select payload from graphile_worker._private_jobs job join graphile_worker._private_tasks task on task.id = task_id
       where identifier = 'write-debit-failed' and payload->>'donationId' = $1`,
      id,
    );
    return jobs.length;
  }

  if (booking === 'at_once') return; // what follows is the same whenever Stripe books a debit

  const mails = (id: string) =>
    ground.rows<{ subject: string; text_body: string }>('select * from mails where dedupe_key = $1', `debit-failed:${id}`);

  test('fails, of which its donor is told once, also where nobody heard that it was on its way', async () => {
    const gift = await ground.begin({ amount: 2500n });
    await ground.payGift(gift, { card: 'pm_failedDelayed_at', email: `${gift.id}@example.net` });
    await ground.advance(4 * day);
    await ground.tell(['checkout.session.async_payment_failed']);
    await ground.tell();
    expect(await letterJobs(gift.id)).toBe(1);
    await Promise.all([writeDebitFailed(ground.services, gift.id), writeDebitFailed(ground.services, gift.id)]);
    const [mail, ...more] = await mails(gift.id);
    expect(more).toEqual([]);
    expect(mail!.subject).toBe('Your donation to The Harbour Light could not be collected');
    expect(mail!.text_body).toContain('did not collect your donation of €25.00 (EUR) to The Harbour Light. Nothing was taken');
    expect(mail!.text_body).toContain(`Try again:\nhttp://127.0.0.1:3000/donate?gift=${gift.id}`);
    expect(mail!.text_body).toContain('https://www.example.org/night-shift');
    for (const locale of locales) {
      await ground.database.pool.query('delete from mails where subject_id = $1', [gift.id]);
      await ground.database.pool.query('update donations set locale = $2 where id = $1', [gift.id, locale]);
      await writeDebitFailed(ground.services, gift.id);
      expect((await mails(gift.id))[0]!.text_body).not.toMatch(/[{}]|undefined/);
    }
  });

  test('fails, of which nobody is told who was erased, nor while history is read, nor of an instalment or a declined card', async () => {
    const monthly = await ground.begin({ interval: 'month' });
    await ground.payGift(monthly, { card: 'pm_failedDelayed_at' });
    const [erased, history] = [await given('pm_failedDelayed_at'), await given('pm_failedDelayed_at')];
    await ground.database.pool.query('insert into installation (livemode) values (false)');
    await eraseDonor(ground.services, { donorId: (await donation(erased)).donor_id!, askedBy: 'shell' });
    const declined = await ground.begin();
    await ground.payGift(declined, { card: 'pm_card_chargeDeclined' });
    await ground.database.pool.query('delete from checkouts where donation_id = $1', [history]);
    await ground.advance(4 * day);
    const { stripe_payment_intent_id } = await donation(history);
    await readObject({ ...ground.services, withoutLetters: true }, stripe_payment_intent_id!);
    await ground.tell();
    expect(await letterJobs(history)).toBe(0);
    const { id: instalment } = await ground.row<{ id: string }>(
      "select id from donations where subscription_id = $1 and status = 'failed'",
      monthly.id,
    );
    expect(await letterJobs(instalment)).toBe(0);
    expect(await donation(declined.id)).toMatchObject({ status: 'expired' });
    expect(await letterJobs(declined.id)).toBe(0);
    expect(await donation(erased)).toMatchObject({ status: 'failed' });
    await writeDebitFailed(ground.services, erased);
    expect(await mails(erased)).toEqual([]);
  });
});
