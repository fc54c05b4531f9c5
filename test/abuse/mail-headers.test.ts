import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../src/id.ts';
import { type MailToQueue, queueMail } from '../../src/mail/queue-mail.ts';
import { createSendMail } from '../../src/mail/smtp.ts';
import { ask } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

/** What ends a header line for somebody, in front of a header that must not come to be. */
const breaks = ['\r\n', '\n', '\r', '\0', '\n\r', '\r\n ', '\r\n\t', '\r\n\r\n'];
const injected = breaks.map((end) => `${end}Bcc: everybody@evil.example`);

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
});
afterAll(() => stand.close());

const good: MailToQueue = {
  kind: 'alarm',
  subjectId: 'test',
  dedupeKey: 'test',
  to: 'reader@example.com',
  subject: 'Hello',
  text: 'Hello',
  html: '<p>Hello</p>',
};

/** Every field that becomes a header, with something behind it that would be another header. */
const fields: [string, (text: string) => Partial<MailToQueue>][] = [
  ['the address', (text) => ({ to: `reader@example.com${text}` })],
  ['before the address', (text) => ({ to: `${text}\r\nreader@example.com` })],
  ['the subject', (text) => ({ subject: `Hello${text}` })],
  ['a header', (text) => ({ headers: { 'List-Unsubscribe': `<https://example.org/>${text}` } })],
  ['the name of a header', (text) => ({ headers: { [`X-One${text}`]: 'x' } })],
];

async function countMails(): Promise<number> {
  return (await stand.database.pool.query('select count(*)::int as count from mails')).rows[0].count;
}

describe('a header that would be two', () => {
  test.each(fields)('is refused in %s before anything is written down', async (_name, toFields) => {
    for (const text of injected) {
      const mail = { ...good, dedupeKey: newId('req'), ...toFields(text) };
      await expect(stand.live.db.transaction().execute((trx) => queueMail(trx, stand.live, mail))).rejects.toThrow(
        'mail refused',
      );
    }
    expect(await countMails()).toBe(0);
  });

  test.each(fields)('is refused in %s once more where letters leave', async (_name, toFields) => {
    const send = createSendMail({ smtpUrl: stand.config.mail.smtpUrl, from: stand.config.mail.from });
    for (const text of injected) {
      const letter = { messageId: '<a@example.com>', headers: {}, ...good, ...toFields(text) };
      await expect(send(letter)).rejects.toThrow('mail refused');
      await expect(send({ ...letter, ...good, headers: {}, messageId: `<a@example.com>${text}` })).rejects.toThrow(
        'mail refused',
      );
    }
    send.close();
    expect(await stand.mails()).toEqual([]);
  });

  test.each([
    'a@example.com,b@evil.example',
    'a@example.com;b@evil.example',
    'a@example.com b@evil.example',
    '<b@evil.example> a@example.com',
    '"b@evil.example, " <a@example.com>',
    'group: a@example.com, b@evil.example;',
    'a@example.com(b@evil.example)',
    'a@@example.com',
    'a%0d%0aBcc: b@evil.example',
    '@example.com',
    'a@',
  ])('nor does %j name anybody but itself', async (to) => {
    await expect(
      stand.live.db.transaction().execute((trx) => queueMail(trx, stand.live, { ...good, dedupeKey: newId('req'), to })),
    ).rejects.toThrow('mail refused');
    const answer = await ask(stand, 'POST', '/v1/newsletter-signups', { email: to, frequency: 'daily', offers: false });
    expect(answer.status).toBe(400);
  });

  test('never comes from what a reader sends', async () => {
    for (const text of injected) {
      const gift = { amount: 750, currency: 'eur' };
      const bodies = [
        { email: `a@example.com${text}` },
        { name: `Ada${text}` },
        { campaign: `autumn${text}` },
        { locale: `en${text}` },
      ];
      for (const body of bodies) {
        const answer = await ask(stand, 'POST', '/v1/donations', { ...gift, ...body });
        expect([answer.status, body]).toEqual(['locale' in body ? answer.status : 400, body]);
      }
      const signup = { email: `a@example.com${text}`, frequency: 'daily', offers: false };
      expect((await ask(stand, 'POST', '/v1/newsletter-signups', signup)).status).toBe(400);
    }
    const request = { email: 'reader@example.com', frequency: 'daily', offers: true };
    const article = { url: 'https://www.example.org/?a=%0d%0aBcc:%20everybody@evil.example' };
    expect((await ask(stand, 'POST', '/v1/newsletter-signups', { ...request, article })).status).toBe(202);
    await stand.settle();
    const [mail] = await stand.mails('reader@example.com');
    expect(JSON.stringify(mail!.headers)).not.toContain('evil.example');
    expect(Object.keys(mail!.headers)).not.toContain('bcc');
  });
});
