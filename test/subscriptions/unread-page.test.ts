import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Checkout } from '../../src/donations/checkout.ts';
import { closeCheckout } from '../../src/donations/close-checkout.ts';
import { writeReceipt } from '../../src/receipts/write-receipt.ts';
import { readObject } from '../../webhooks/read-object.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

let ground: MoneyGround;
beforeEach(async () => {
  ground = await openMoneyGround();
});
afterEach(() => ground?.close());

const receipts = () =>
  ground.rows<{ id: string; written_at: Date | null; to_address: string | null }>(
    'select receipts.id, written_at, to_address from receipts left join mails on mails.id = mail_id order by receipts.issued_at',
  );
const jobs = (task: string) =>
  ground.row<{ count: bigint }>('select count(*) from graphile_worker.jobs where task_identifier = $1', task);

/** A monthly gift of which nobody has heard; its second instalment is paid by a card without an address. */
async function giveUnheard(): Promise<string> {
  const monthly = await ground.begin({ interval: 'month', newsletter: 'daily' });
  await ground.payGift(monthly);
  const { data } = await ground.client.subscriptions.list({ limit: 1 });
  const card = await ground.client.paymentMethods.attach('pm_card_visa', { customer: String(data[0]!.customer) });
  await ground.client.subscriptions.update(data[0]!.id, { default_payment_method: card.id });
  await ground.advance(32 * 86_400);
  return monthly.id;
}

/** That instalment is heard of before the page is read; its letter waits. */
async function hearOfInstalment(): Promise<string> {
  await ground.deliver([(await ground.events(['invoice.paid'])).at(-1)!]);
  await ground.work();
  const [unknown] = await receipts();
  await writeReceipt(ground.services, unknown!.id);
  expect(await receipts()).toEqual([{ id: unknown!.id, written_at: null, to_address: null }]);
  await ground.database.pool.query('delete from graphile_worker._private_jobs');
  return unknown!.id;
}

async function expectLetters(receiptId: string): Promise<void> {
  expect(await jobs('ask-newsletter-wish')).toEqual({ count: 1n });
  await writeReceipt(ground.services, receiptId);
  expect((await receipts())[0]).toEqual({ id: receiptId, written_at: expect.any(Date), to_address: 'reader@example.net' });
}

test('an instalment that was heard of before its page was read, by a card without an address, has its letters once the page is read', async () => {
  await giveUnheard();
  const receiptId = await hearOfInstalment();
  await ground.deliver(await ground.events(['checkout.session.completed']));
  await ground.work();
  await expectLetters(receiptId);
});

test('so has one whose page was found paid when it was to be closed, and read only later', async () => {
  const id = await giveUnheard();
  const page = await ground.row<Checkout>('select * from checkouts where subscription_id = $1', id);
  expect(await closeCheckout(ground.services, page)).toMatchObject({ status: 'complete' });
  const receiptId = await hearOfInstalment();
  await readObject(ground.services, page.stripe_checkout_session_id!);
  await expectLetters(receiptId);
});
