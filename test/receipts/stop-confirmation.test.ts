import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeStopConfirmation } from '../../src/receipts/write-stop-confirmation.ts';
import { insertGift } from '../support/gifts.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

describe('the confirmation that a recurring donation has ended', () => {
  let room: PostRoom;
  beforeAll(async () => {
    room = await openPostRoom();
  });
  afterAll(() => room?.close());
  const mails = (to: string) => room.services.db.selectFrom('mails').selectAll().where('to_address', '=', to).execute();
  const ended = { interval: 'month', status: 'canceled', endedAt: new Date('2026-03-02T12:00:00Z') } as const;

  test('says when it ended and that nothing more is charged, once', async () => {
    const { subscriptionId } = await insertGift(room.services, {
      email: 'one@example.net',
      name: 'A Reader',
      amountMinor: 1000n,
      subscription: ended,
    });
    await Promise.all([
      writeStopConfirmation(room.services, subscriptionId!),
      writeStopConfirmation(room.services, subscriptionId!),
    ]);
    await writeStopConfirmation(room.services, subscriptionId!);
    const [mail, ...more] = await mails('one@example.net');
    expect(more).toEqual([]);
    expect(mail!.subject).toBe('Your monthly donation has ended');
    for (const part of [mail!.text_body, mail!.html_body]) {
      expect(part).toContain('€10.00 (EUR) every month to The Harbour Light ended on 2 March 2026.');
      expect(part).toContain('Nothing more will be charged.');
      expect(part).toContain('A Reader');
    }
  });

  test.each([
    { cause: { stop_reason: 'dispute-lost' }, said: 'because your bank took a payment of it back.', thanked: true },
    { cause: { end_reason: 'payment_disputed' }, said: 'because your bank took a payment of it back.', thanked: true },
    { cause: { stop_reason: 'never-paid' }, said: 'because the bank did not collect its first payment.', thanked: false },
  ])('says in a sentence why it ended, where nobody asked for it: $cause', async ({ cause, said, thanked }) => {
    const { subscriptionId } = await insertGift(room.services, { email: 'why@example.net', subscription: ended });
    const { db } = room.services;
    await db.updateTable('subscriptions').set(cause).where('id', '=', subscriptionId!).execute();
    await writeStopConfirmation(room.services, subscriptionId!);
    const { text_body } = await db
      .selectFrom('mails')
      .selectAll()
      .where('subject_id', '=', subscriptionId)
      .executeTakeFirstOrThrow();
    expect(text_body).toContain(`to The Harbour Light ended on 2 March 2026, ${said}`);
    expect(text_body.includes('Thank you for having helped')).toBe(thanked);
  });

  test('waits until it has really ended, and is not sent where no address is known', async () => {
    const running = await insertGift(room.services, { email: 'two@example.net', subscription: { interval: 'year' } });
    await writeStopConfirmation(room.services, running.subscriptionId!);
    expect(await mails('two@example.net')).toEqual([]);
    const unknown = await insertGift(room.services, { subscription: ended });
    await writeStopConfirmation(room.services, unknown.subscriptionId!);
    expect(
      await room.services.db.selectFrom('mails').select('id').where('subject_id', '=', unknown.subscriptionId).execute(),
    ).toEqual([]);
  });
});
