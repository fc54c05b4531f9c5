import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askNewsletterWish } from '../../src/newsletter/ask-newsletter-wish.ts';
import { writeDebitFailed } from '../../src/receipts/write-debit-failed.ts';
import { writeReceipt } from '../../src/receipts/write-receipt.ts';
import { writeRenewalFailed } from '../../src/receipts/write-renewal-failed.ts';
import { writeStopConfirmation } from '../../src/receipts/write-stop-confirmation.ts';
import type { Services } from '../../src/services.ts';
import type { InvoiceReading } from '../../src/stripe/gateway.ts';
import { eventually } from '../support/eventually.ts';
import { insertGift } from '../support/gifts.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

type Inserted = Awaited<ReturnType<typeof insertGift>>;
type Writer = { letter: string; write(services: Services, gift: Inserted): Promise<unknown>; gift?: object; hasFailed?: true };

const monthly = { subscription: { interval: 'month' } } as const;
const writers: Writer[] = [
  { letter: 'receipt', write: (services, { receiptId }) => writeReceipt(services, receiptId) },
  {
    letter: 'newsletter-confirmation',
    gift: { newsletter: 'weekly' },
    write: (services, { donationId }) => askNewsletterWish(services, donationId),
  },
  {
    letter: 'debit-failed',
    hasFailed: true,
    write: (services, { donationId }) => writeDebitFailed(services, donationId),
  },
  {
    letter: 'stop-confirmation',
    gift: { subscription: { interval: 'month', status: 'canceled', endedAt: new Date('2026-03-02T12:00:00Z') } },
    write: (services, { subscriptionId }) => writeStopConfirmation(services, subscriptionId!),
  },
  {
    letter: 'renewal-failed',
    gift: monthly,
    write: (services, { subscriptionId }) =>
      writeRenewalFailed(withInvoiceOf(services, subscriptionId!), { invoiceId: `in_${subscriptionId}`, number: 1 }),
  },
];

describe('somebody who is forgotten while a letter to them is written', () => {
  let room: PostRoom;
  beforeAll(async () => {
    room = await openPostRoom();
  });
  afterAll(() => room?.close());

  const mailsTo = async (address: string) =>
    (await room.database.pool.query('select kind from mails where to_address = $1', [address])).rows;
  /** As if it had never succeeded. */
  const setFailed = (id: string) =>
    room.database.pool.query(`set session_replication_role = replica; update donations set status = 'failed' where id = '${id}';
      reset session_replication_role`);
  const waiting = async () => {
    const { rows } = await room.database.pool.query(
      "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    expect(rows).not.toEqual([]);
  };

  test.each(writers)('gets none: $letter', async ({ letter, write, gift, hasFailed }) => {
    const email = `${letter}@example.net`;
    const inserted = await insertGift(room.services, { email, ...gift });
    if (hasFailed) await setFailed(inserted.donationId);
    const erasure = await room.database.pool.connect();
    await erasure.query('begin');
    await erasure.query('update donors set email = null, email_key = null, name = null, erased_at = now() where email = $1', [
      email,
    ]);
    const writing = write(room.services, inserted);
    await Promise.race([writing, eventually(waiting)]);
    await erasure.query('commit');
    erasure.release();
    await writing;
    expect(await mailsTo(email)).toEqual([]);
  });

  test.each(writers)('would have got it otherwise: $letter', async ({ letter, write, gift, hasFailed }) => {
    const email = `kept-${letter}@example.net`;
    const inserted = await insertGift(room.services, { email, ...gift });
    if (hasFailed) await setFailed(inserted.donationId);
    await write(room.services, inserted);
    expect(await mailsTo(email)).toEqual([{ kind: letter }]);
  });
});

/** Stripe says that the first try of an invoice of this recurring gift failed. */
function withInvoiceOf(services: Services, subscriptionId: string): Services {
  const subscription = { subscriptionId, status: 'past_due' };
  const failedTry = { number: 1, reason: 'refused', nextAt: null, payUrl: null };
  const invoice = { subscription, failedTry } as unknown as InvoiceReading;
  return { ...services, stripe: { ...services.stripe, getInvoice: async () => invoice } };
}
