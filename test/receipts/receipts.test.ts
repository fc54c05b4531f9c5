import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeReceipt } from '../../src/receipts/write-receipt.ts';
import { openLink } from '../../src/signed-link.ts';
import { eventually } from '../support/eventually.ts';
import { type GiftToInsert, insertCorrection, insertGift } from '../support/gifts.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

const now = new Date('2026-03-02T23:30:00Z'); // the 3rd of March where the newsroom is

describe('a receipt', () => {
  let room: PostRoom;
  let people = 0;
  beforeAll(async () => {
    room = await openPostRoom({ services: { clock: { now: () => now } } });
    await room.runJobs();
  });
  afterAll(() => room?.close());

  const find = (id: string) => room.services.db.selectFrom('receipts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  /** Writes the receipt of a gift of an address of its own, and answers the mail as it arrived. */
  async function receive(gift: GiftToInsert, services = room.services) {
    people += 1;
    const email = `donor-${people}@example.net`;
    const inserted = await insertGift(services, { email, ...gift });
    await writeReceipt(services, inserted.receiptId);
    return { ...inserted, email, mail: await arrived(email, 1) };
  }
  const arrived = (to: string, count: number) =>
    eventually(() => {
      const mails = room.mails(to);
      expect(mails).toHaveLength(count);
      return mails.at(-1)!;
    });

  test('names number, day, newsroom, donor, exact amount and article, and promises nothing about taxes', async () => {
    const { mail, number } = await receive({
      name: 'A Reader',
      amountMinor: 750n,
      article: { url: 'https://www.example.org/quay?a=1', title: 'Who owns the quay?' },
    });
    expect(mail.subject).toBe(`Receipt ${number}: thank you for your donation to The Harbour Light`);
    for (const part of [mail.text, mail.html]) {
      for (const said of [
        number,
        '3 March 2026',
        'Quay Street 1',
        'A Reader',
        '€7.50 (EUR)',
        'Who owns the quay?',
        'https://www.example.org/quay?a=1',
      ]) {
        expect(part).toContain(said);
      }
      expect(part).toContain('One-time donation');
      expect(part).toContain('Nothing more will be charged.');
      expect(part).toContain('This is not a tax receipt.');
      expect(part).not.toContain('/stop/');
    }
  });

  test.each([
    { currency: 'jpy', amountMinor: 500n, shown: '¥500 (JPY)' },
    { currency: 'usd', amountMinor: 199_900_007n, shown: '$1,999,000.07 (USD)' },
    { currency: 'bhd', amountMinor: 1230n, shown: 'BHD 1.230' },
  ])('shows $currency with the digits Stripe gives it', async ({ currency, amountMinor, shown }) => {
    const { mail } = await receive({ currency, amountMinor });
    expect(mail.text.replaceAll('\u00a0', ' ')).toContain(shown);
  });

  test('says what of the amount covers the fees', async () => {
    const { mail } = await receive({ amountMinor: 787n, feeCoverMinor: 37n });
    expect(mail.text).toContain('€7.87 (EUR)');
    expect(mail.text).toContain('the amount includes €0.37 (EUR) for them');
  });

  test('of a recurring gift says how often, when next, and carries a link that stops it', async () => {
    const { mail, subscriptionId } = await receive({
      amountMinor: 1000n,
      subscription: { interval: 'month', periodEnd: new Date('2026-04-02T10:00:00Z') },
    });
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('every month');
      expect(part).toContain('The next charge is on 2 April 2026.');
      const token = /http:\/\/127\.0\.0\.1:3000\/stop\/([\w.-]+)/.exec(part)![1]!;
      expect(openLink(room.services.config.sessionSecret, 'stop', token)).toBe(subscriptionId);
    }
    const yearly = await receive({ subscription: { interval: 'year' } });
    expect(yearly.mail.text).toContain('every year');
  });

  test('of a recurring gift that ends promises no next charge', async () => {
    const { mail } = await receive({ subscription: { interval: 'month', cancelAt: now, periodEnd: now } });
    expect(mail.text).toContain('No further donation of it is planned.');
    expect(mail.text).not.toMatch(/\/stop\/|next charge/);
  });

  test("carries the newsroom's own statement instead, and nothing more", async () => {
    const config = {
      ...room.services.config,
      newsroom: { ...room.services.config.newsroom, receipt_statement: 'Registered under 12/345.' },
    };
    const { mail } = await receive({}, { ...room.services, config });
    expect(mail.text).toContain('Registered under 12/345.');
    expect(mail.text).not.toContain('tax');
  });

  test('says that no real money moved, unless it did', async () => {
    const { mail } = await receive({});
    expect(mail.text).toContain('This is a demo: no real money moved.');
    expect(mail.html).toContain('This is a demo: no real money moved.');
    const config = { ...room.services.config, stripe: { ...room.services.config.stripe, livemode: true } };
    const live = await receive({}, { ...room.services, config });
    expect(live.mail.text).not.toContain('demo');
  });

  test('is written once: a second run changes and mails nothing', async () => {
    const { receiptId, email } = await receive({});
    const before = await find(receiptId);
    await Promise.all([writeReceipt(room.services, receiptId), writeReceipt(room.services, receiptId)]);
    expect(await find(receiptId)).toEqual(before);
    expect(before).toMatchObject({
      written_at: now,
      subject: expect.stringContaining(before.number),
      mail_id: expect.stringMatching(/^mail_/),
    });
    expect(await room.services.db.selectFrom('mails').selectAll().where('to_address', '=', email).execute()).toHaveLength(1);
  });

  test('is kept as it was sent', async () => {
    const { receiptId, mail } = await receive({});
    const receipt = await find(receiptId);
    expect(mail.text.trim()).toBe(receipt.text_body!.trim());
    expect(mail.html.trim()).toBe(receipt.html_body!.trim());
  });

  test.each([{ email: undefined }, { email: 'two@example.net, addresses@example.net' }])(
    'is written and not mailed where no address is known: %j',
    async ({ email }) => {
      const { receiptId } = await insertGift(room.services, { name: 'A Reader', ...(email && { email }) });
      await writeReceipt(room.services, receiptId);
      expect(await find(receiptId)).toMatchObject({
        written_at: now,
        mail_id: null,
        text_body: expect.stringContaining('A Reader'),
      });
    },
  );

  test('shows what people wrote as text, never as markup', async () => {
    const { mail } = await receive({
      name: '<script>alert(1)</script>"\'&',
      article: { url: 'javascript:alert(1)', title: '</strong><img src=x onerror=alert(1)>' },
    });
    expect(mail.html).not.toMatch(/<script|<img|href="javascript/);
    expect(mail.html).toContain('&#60;script&#62;alert(1)');
  });

  test('of a bank debit says when it was given and when it had arrived', async () => {
    const gift = await insertGift(room.services, { email: 'debit@example.net', paidAt: new Date('2026-02-26T10:00:00Z') });
    const { db } = room.services;
    await db.updateTable('donations').set({ arrived_at: now }).where('id', '=', gift.donationId).execute();
    await writeReceipt(room.services, gift.receiptId);
    expect((await find(gift.receiptId)).text_body).toContain('Donated on: 26 February 2026\nReceived on: 3 March 2026\nAmount:');
  });

  test('stands in the language of the gift', async () => {
    const german = await receive({ locale: 'de', amountMinor: 750n, subscription: { interval: 'year' } });
    expect(german.mail.text.replaceAll('\u00a0', ' ')).toContain('7,50 € (EUR)');
    expect(german.mail.text).toContain('3. März 2026');
    expect(german.mail.text).toContain('jedes Jahr');
    const arabic = await receive({ locale: 'ar-EG' });
    expect(arabic.mail.html).toContain('<html lang="ar" dir="rtl">');
    expect(arabic.mail.text).toContain(`\u2068${arabic.number}\u2069`);
  });

  test('is corrected by a further one that names it, what was given back and what remains', async () => {
    const gift = await receive({ amountMinor: 2500n });
    const first = await insertCorrection(room.services, gift, 1000n);
    await writeReceipt(room.services, first.receiptId);
    const correction = await arrived(gift.email, 2);
    expect(correction.subject).toBe(`Correction ${first.number} of your receipt ${gift.number}`);
    for (const part of [correction.text, correction.html]) {
      for (const said of [
        gift.number,
        first.number,
        '€25.00 (EUR)',
        '€10.00 (EUR)',
        '€15.00 (EUR)',
        'This is not a tax receipt.',
      ]) {
        expect(part).toContain(said);
      }
    }
    const second = await insertCorrection(room.services, gift, 1500n);
    await writeReceipt(room.services, second.receiptId);
    const last = await arrived(gift.email, 3);
    expect(last.text).toMatch(/Refunded: €15\.00 \(EUR\)\nRefunded in all: €25\.00 \(EUR\)\nRemains donated: €0\.00 \(EUR\)/);
  });
});
