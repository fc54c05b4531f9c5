import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type MailToQueue, queueMail } from '../../src/mail/queue-mail.ts';
import { sendQueuedMail } from '../../src/mail/send-queued-mail.ts';
import { eventually } from '../support/eventually.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

const greeting: MailToQueue = {
  kind: 'receipt',
  subjectId: 'rcp_1',
  dedupeKey: 'receipt:rcp_1',
  to: 'reader@example.net',
  subject: 'Thank you, ναι, شكرًا',
  text: 'In words: 7,50 €',
  html: '<p>In markup: 7,50 €</p>',
  headers: { 'List-Unsubscribe': '<https://example.org/newsletter/leave/c2duXzE.abc>' },
};

describe('a queued mail', () => {
  let room: PostRoom;
  beforeEach(async () => {
    room = await openPostRoom();
  });
  afterEach(() => room.close());
  const queue = (mail: Partial<MailToQueue> = {}) =>
    room.services.db.transaction().execute((trx) => queueMail(trx, room.services, { ...greeting, ...mail }));
  const find = (id: string) => room.services.db.selectFrom('mails').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  const sent = (id: string) =>
    eventually(async () => {
      const mail = await find(id);
      expect(mail.sent_at).not.toBeNull();
      return mail;
    });

  test('arrives once, in text and HTML, under its own Message-ID and with its headers', async () => {
    await room.runJobs();
    const id = await queue();
    const { message_id } = await sent(id);
    const [mail, ...more] = room.mails('reader@example.net');
    expect(more).toEqual([]);
    expect(mail).toMatchObject({
      subject: greeting.subject,
      text: 'In words: 7,50 €',
      html: expect.stringContaining('<p>In markup: 7,50 €</p>'),
    });
    expect(mail!.headers).toMatchObject({
      'message-id': message_id,
      from: 'The Harbour Light <hello@harbour.example>',
      to: 'reader@example.net',
      'auto-submitted': 'auto-generated',
      'list-unsubscribe': greeting.headers!['List-Unsubscribe'],
    });
    expect(message_id).toBe(`<${id}@harbour.example>`);
  });

  test('tells a fact once, however often it is queued', async () => {
    await room.runJobs();
    const id = await queue();
    expect(await queue({ subject: 'Once more' })).toBe(id);
    await sent(id);
    await sendQueuedMail(room.services, id, { attempt: 2, isLast: false });
    await queue({ dedupeKey: 'receipt:rcp_2', to: 'other@example.net' });
    await eventually(() => expect(room.mails('other@example.net')).toHaveLength(1));
    expect(room.mails('reader@example.net')).toHaveLength(1);
  });

  test('waits while the mail server is down and goes out when it is back', async () => {
    await room.orderFault({ mode: 'refuse', times: 2 });
    await room.runJobs();
    const id = await queue();
    await eventually(async () => {
      await room.hurry();
      expect((await find(id)).sent_at).not.toBeNull();
    });
    expect(room.mails()).toHaveLength(1);
  });

  test('goes out again under the same Message-ID where the acknowledgement was lost', async () => {
    await room.orderFault({ mode: 'drop-after-data' });
    await room.runJobs();
    const id = await queue();
    await eventually(async () => {
      await room.hurry();
      expect((await find(id)).sent_at).not.toBeNull();
    });
    const ids = room.mails().map(({ headers }) => headers['message-id']);
    expect(ids).toEqual([`<${id}@harbour.example>`, `<${id}@harbour.example>`]);
  });

  test('is tried for longer than a day before it is given up', async () => {
    await queue();
    const { rows } = await room.database.pool.query(
      `select sum(exp(least(attempt, 10))) as seconds from graphile_worker.jobs, generate_series(1, max_attempts - 1) attempt`,
    );
    expect(rows[0].seconds).toBeGreaterThan(24 * 3600);
  });

  test('is given up at its last attempt, and not before', async () => {
    await room.orderFault({ mode: 'refuse', times: 2 });
    const id = await queue();
    await expect(sendQueuedMail(room.services, id, { attempt: 1, isLast: false })).rejects.toThrow();
    expect((await find(id)).given_up_at).toBeNull();
    await expect(sendQueuedMail(room.services, id, { attempt: 25, isLast: true })).rejects.toThrow();
    expect((await find(id)).given_up_at).not.toBeNull();
    await sendQueuedMail(room.services, id, { attempt: 26, isLast: true });
    expect(room.mails()).toEqual([]);
  });

  test('exists with its transaction only', async () => {
    await room.runJobs();
    const broken = room.services.db.transaction().execute(async (trx) => {
      await queueMail(trx, room.services, greeting);
      throw new Error('rolled back');
    });
    await expect(broken).rejects.toThrow('rolled back');
    await sent(await queue({ dedupeKey: 'after', to: 'other@example.net' }));
    expect(room.mails().map(({ to }) => to)).toEqual(['other@example.net']);
  });
});
