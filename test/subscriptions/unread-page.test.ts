import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeReceipt } from '../../src/receipts/write-receipt.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
});
afterAll(() => ground?.close());

const receipts = () =>
  ground.rows<{ id: string; written_at: Date | null; to_address: string | null }>(
    'select receipts.id, written_at, to_address from receipts left join mails on mails.id = mail_id order by receipts.issued_at',
  );
const jobs = (task: string) =>
  ground.row<{ count: bigint }>('select count(*) from graphile_worker.jobs where task_identifier = $1', task);

test('an instalment that was heard of before its page was read, by a card without an address, has its letters once the page is read', async () => {
  const monthly = await ground.begin({ interval: 'month', newsletter: 'daily' });
  await ground.payGift(monthly);
  const { data } = await ground.client.subscriptions.list({ limit: 1 });
  const card = await ground.client.paymentMethods.attach('pm_card_visa', { customer: String(data[0]!.customer) });
  await ground.client.subscriptions.update(data[0]!.id, { default_payment_method: card.id });
  await ground.advance(32 * 86_400);
  const later = (await ground.events(['invoice.paid'])).at(-1)!;
  await ground.deliver([later]);
  await ground.work();
  const [unknown] = await receipts();
  await writeReceipt(ground.services, unknown!.id);
  expect(await receipts()).toEqual([{ id: unknown!.id, written_at: null, to_address: null }]);

  await ground.database.pool.query('delete from graphile_worker._private_jobs');
  await ground.deliver(await ground.events(['checkout.session.completed']));
  await ground.work();
  expect(await jobs('ask-newsletter-wish')).toEqual({ count: 1n });
  await writeReceipt(ground.services, unknown!.id);
  expect((await receipts())[0]).toEqual({ id: unknown!.id, written_at: expect.any(Date), to_address: 'reader@example.net' });
});
