import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSender } from '../../src/mail/headers.ts';
import { queueMail } from '../../src/mail/queue-mail.ts';
import type { Letter } from '../../src/mail/send-mail.ts';
import { sendQueuedMail } from '../../src/mail/send-queued-mail.ts';
import { createSendMail } from '../../src/mail/smtp.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';

const letter: Letter = {
  to: 'reader@example.net',
  subject: 'Thank you',
  text: 'Text',
  html: '<p>HTML</p>',
  messageId: '<mail_1@harbour.example>',
  headers: {},
};
const breaks = ['\r\nBcc: victim@example.net', '\nBcc: victim@example.net', '\rBcc: victim@example.net', '\0'];

describe('a mail header', () => {
  let room: PostRoom;
  beforeAll(async () => {
    room = await openPostRoom();
  });
  afterAll(() => room.close());

  test.each(
    breaks.flatMap((end) => [
      { field: 'to', value: { to: `reader@example.net${end}` } },
      { field: 'subject', value: { subject: `Thank you${end}` } },
      { field: 'messageId', value: { messageId: `<a@b>${end}` } },
      { field: 'a header', value: { headers: { 'List-Unsubscribe': `<https://example.org>${end}` } } },
      { field: "a header's name", value: { headers: { [`X-Note: 1${end}`]: '1' } } },
    ]),
  )('cannot begin another one from $field: $value', async ({ value }) => {
    await expect(room.services.sendMail({ ...letter, ...value })).rejects.toThrow(/mail refused/);
    expect(room.mails()).toEqual([]);
  });

  test.each([
    'a@example.net, b@example.net',
    'A <a@example.net>',
    'a@example.net b@example.net',
    '"a@example.net"@example.net',
    'nobody',
    '',
  ])('names one recipient: %j is refused', async (to) => {
    await expect(room.services.sendMail({ ...letter, to })).rejects.toThrow(/mail refused/);
    const queued = room.services.db
      .transaction()
      .execute((trx) =>
        queueMail(trx, room.services, { kind: 'receipt', subjectId: 'x', dedupeKey: to, to, subject: 's', text: 't', html: 'h' }),
      );
    await expect(queued).rejects.toThrow(/mail refused/);
    expect(room.mails()).toEqual([]);
  });

  test('names the sender of the settings', () => {
    expect(parseSender('hello@harbour.example')).toEqual({
      name: '',
      address: 'hello@harbour.example',
      domain: 'harbour.example',
    });
    expect(parseSender('"Light, Harbour" <hello@harbour.example>')).toMatchObject({
      name: 'Light, Harbour',
      domain: 'harbour.example',
    });
    for (const wrong of ['nobody', 'A <a@b>\r\nBcc: c@d', 'a@b, c@d', '<a@b> <c@d>']) {
      expect(() => parseSender(wrong)).toThrow(RangeError);
    }
  });
});

describe('a mail server that says no', () => {
  let room: PostRoom;
  let server: SMTPServer;
  let reply = 250;
  beforeAll(async () => {
    room = await openPostRoom();
    server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo: (_address, _session, callback) =>
        callback(reply === 250 ? null : Object.assign(new Error('no'), { responseCode: reply })),
    });
    server.on('error', () => {});
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  });
  afterAll(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    await room.close();
  });

  test.each([
    { code: 550, outcome: 'is given up at once', givenUp: true },
    { code: 450, outcome: 'is tried again', givenUp: false },
  ])('to the address with $code: the mail $outcome', async ({ code, givenUp }) => {
    reply = code;
    const { port } = server.server.address() as AddressInfo;
    const sendMail = createSendMail({ smtpUrl: `smtp://127.0.0.1:${port}`, from: 'hello@harbour.example' });
    const services = { ...room.services, sendMail };
    const id = await services.db
      .transaction()
      .execute((trx) => queueMail(trx, services, { ...letter, kind: 'receipt', subjectId: 'x', dedupeKey: `no:${code}` }));
    const sending = sendQueuedMail(services, id, { attempt: 1, isLast: false });
    await (givenUp ? sending : expect(sending).rejects.toThrow());
    const mail = await services.db.selectFrom('mails').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
    expect(mail.sent_at).toBeNull();
    expect(mail.given_up_at !== null).toBe(givenUp);
    sendMail.close();
  });
});
