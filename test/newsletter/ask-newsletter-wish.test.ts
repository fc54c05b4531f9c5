import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { askNewsletterWish } from '../../src/newsletter/ask-newsletter-wish.ts';
import { insertGift } from '../support/gifts.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

describe('a newsletter wished for while giving', () => {
  let room: PostRoom;
  let now = new Date('2026-03-02T10:00:00Z');
  beforeAll(async () => {
    room = await openPostRoom({ services: { clock: { now: () => now } } });
  });
  afterAll(() => room?.close());
  const signup = (email: string) =>
    room.services.db.selectFrom('signups').selectAll().where('email', '=', email).executeTakeFirst();
  const mails = (to: string) => room.services.db.selectFrom('mails').selectAll().where('to_address', '=', to).execute();

  test('is asked for by mail once, without offers, however often the job runs', async () => {
    const { donationId } = await insertGift(room.services, { email: 'one@example.net', newsletter: 'daily', locale: 'de' });
    await askNewsletterWish(room.services, donationId);
    await askNewsletterWish(room.services, donationId);
    now = new Date('2026-03-03T10:00:00Z');
    await askNewsletterWish(room.services, donationId);
    expect(await signup('one@example.net')).toMatchObject({ status: 'pending', frequency: 'daily', offers: false, locale: 'de' });
    const [mail, ...more] = await mails('one@example.net');
    expect(more).toEqual([]);
    expect(mail).toMatchObject({ kind: 'newsletter-confirmation', subject: expect.stringContaining('Bitte bestätigen') });
  });

  test('is not asked for again where the address gets just that already', async () => {
    const first = await insertGift(room.services, { email: 'two@example.net', newsletter: 'daily' });
    await askNewsletterWish(room.services, first.donationId);
    await room.services.db
      .updateTable('signups')
      .set({ status: 'confirmed', confirmed_at: now })
      .where('email', '=', 'two@example.net')
      .execute();
    now = new Date('2026-03-04T10:00:00Z');
    const second = await insertGift(room.services, { email: 'two@example.net', newsletter: 'daily' });
    await askNewsletterWish(room.services, second.donationId);
    expect(await mails('two@example.net')).toHaveLength(1);
    const other = await insertGift(room.services, { email: 'two@example.net', newsletter: 'weekly' });
    await askNewsletterWish(room.services, other.donationId);
    expect(await mails('two@example.net')).toHaveLength(2);
  });

  test('is nothing where no address is known or nothing was ticked', async () => {
    const unknown = await insertGift(room.services, { newsletter: 'daily' });
    const unticked = await insertGift(room.services, { email: 'three@example.net' });
    await askNewsletterWish(room.services, unknown.donationId);
    await askNewsletterWish(room.services, unticked.donationId);
    expect(await mails('three@example.net')).toEqual([]);
  });
});
