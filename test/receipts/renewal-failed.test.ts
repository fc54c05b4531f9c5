import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeRenewalFailed } from '../../src/receipts/write-renewal-failed.ts';
import { writeStopConfirmation } from '../../src/receipts/write-stop-confirmation.ts';
import { requestCardPage } from '../../src/subscriptions/request-card-page.ts';
import { type MoneyGround, openMoneyGround } from '../support/money-ground.ts';

const day = 86_400;
let ground: MoneyGround;
beforeAll(async () => {
  ground = await openMoneyGround();
});
afterAll(() => ground?.close());

type Job = { invoiceId: string; number: number };

/** A monthly gift whose first renewal is tried now, by a card that behaves like this one. */
async function renewedBy(card: string) {
  const gift = await ground.begin({ interval: 'month', amount: 900n, name: 'A Reader' });
  await ground.payGift(gift, { email: `${gift.id}@example.net` });
  await ground.tell();
  const { customer } = await ground.row<{ customer: string }>(
    'select stripe_customer_id as customer from subscriptions where id = $1',
    gift.id,
  );
  await ground.simulate(`customers/${customer}/card`, { payment_method: card });
  await ground.advance(32 * day);
  await ground.tell();
  return { ...gift, customer };
}

/** The jobs that were staged since the last time; each is run twice, as a killed worker's is. */
async function runJobs(): Promise<Job[]> {
  const rows = await ground.rows<{
    payload: Job;
  }>(`delete from graphile_worker._private_jobs job using graphile_worker._private_tasks task
    where task.id = job.task_id and task.identifier = 'write-renewal-failed' returning job.payload`);
  const jobs = rows.map(({ payload }) => payload);
  for (const job of [...jobs, ...jobs]) await writeRenewalFailed(ground.services, job);
  return jobs;
}

const mails = (id: string) =>
  ground.rows<{ subject: string; text_body: string }>(
    "select subject, text_body from mails where to_address = $1 and kind <> 'receipt' order by created_at, id",
    `${id}@example.net`,
  );

describe('a renewal that could not be taken', () => {
  test('is told once for each try, with its reason, the next try and the way to another card; the last time that it ended', async () => {
    const gift = await renewedBy('pm_card_chargeDeclinedInsufficientFunds');
    const first = await runJobs();
    expect(first).toHaveLength(1);
    const [told, ...more] = await mails(gift.id);
    expect(more).toEqual([]);
    expect(told!.subject).toBe('Your monthly donation to The Harbour Light could not be taken');
    expect(told!.text_body).toContain('There was not enough money');
    expect(told!.text_body).toMatch(/It is tried again on \d+ \w+ 20\d\d\./);
    expect(told!.text_body).toMatch(/\/card\/\w+/);
    expect(await requestCardPage(ground.services, gift.id, 'http://127.0.0.1:3000/card/x')).toContain('/p/session/bps_');

    await ground.advance(4 * day);
    await ground.tell();
    await runJobs();
    const afterMore = (await mails(gift.id)).length;
    expect(afterMore).toBe(2); // of the tries that it was told of at once, the last
    await writeRenewalFailed(ground.services, first[0]!);
    await ground.advance(20 * day);
    await ground.tell();
    await runJobs();
    await writeStopConfirmation(ground.services, gift.id);
    const last = (await mails(gift.id)).slice(afterMore);
    expect(last).toHaveLength(1);
    expect(last[0]!.text_body).toContain('because the last instalment could not be taken in several tries');
    await expect(requestCardPage(ground.services, gift.id, 'http://127.0.0.1:3000/card/x')).rejects.toMatchObject({
      code: 'link-not-valid',
    });
  });

  test('is not told where it was paid meanwhile; where the bank wants it confirmed, the page for that is named', async () => {
    const late = await renewedBy('pm_card_chargeDeclinedInsufficientFunds');
    await ground.simulate(`customers/${late.customer}/card`, { payment_method: 'pm_card_visa' });
    await ground.advance(10 * day);
    await runJobs();
    expect(await mails(late.id)).toEqual([]);

    const asked = await renewedBy('pm_card_authenticationRequired');
    await runJobs();
    const [told] = await mails(asked.id);
    expect(told!.text_body).toContain('Your bank wants you to confirm it yourself.');
    expect(told!.text_body).toMatch(/Confirm with my bank:\nhttp\S+/);
  });
});
