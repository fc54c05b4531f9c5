import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Mailbox, startMailbox } from '../../src/sandbox/mailbox.ts';
import { describeBrowser } from '../support/browser.ts';

const thanks: SendMailOptions = {
  from: '"The Harbour Light" <hello@paper.example>',
  to: 'reader@example.com',
  subject: 'Thank you, Zoë',
  text: 'Your receipt is attached.\nStop at https://paper.example/stop/token?a=1&b=2.',
  html: '<p>Your <b>receipt</b> is attached. <a href="https://paper.example/stop/token">Stop</a></p>',
  attachments: [{ filename: 'Beleg für Zoë.pdf', content: Buffer.from('%PDF-1.7 tiny'), contentType: 'application/pdf' }],
};

let folder: string;
let mailbox: Mailbox;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gratis-mailbox-'));
  mailbox = await startMailbox({ stateFile: stateFile() });
});

afterEach(async () => {
  await mailbox.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('gives every part of a mail to a program that asks', async () => {
  await send(thanks);
  const [message, ...others] = (await getJson('/messages?to=Reader@Example.com')) as Record<string, unknown>[];
  expect(others).toEqual([]);
  expect(message).toEqual({
    id: expect.any(String),
    to: 'reader@example.com',
    subject: 'Thank you, Zoë',
    text: expect.stringContaining('Your receipt is attached.'),
    html: expect.stringContaining('<b>receipt</b>'),
    attachments: [
      { filename: 'Beleg für Zoë.pdf', content_type: 'application/pdf', base64: Buffer.from('%PDF-1.7 tiny').toString('base64') },
    ],
    headers: expect.objectContaining({
      from: 'The Harbour Light <hello@paper.example>',
      'message-id': expect.stringMatching(/^<.+>$/),
    }),
    received_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.+Z$/),
  });
});

test('lists newest last, and for one address only its own mail, blind copies included', async () => {
  await send({ ...thanks, subject: 'first' });
  await send({ ...thanks, subject: 'second', to: 'other@example.com', bcc: 'reader@example.com' });
  await send({ ...thanks, subject: 'third', to: 'other@example.com' });
  expect(subjects()).toEqual(['first', 'second', 'third']);
  expect(subjects('reader@example.com')).toEqual(['first', 'second']);
  expect(subjects('example.com')).toEqual([]);
});

test('leaves out what a mail does not have', async () => {
  await send({ from: 'a@paper.example', to: 'reader@example.com', subject: 'plain', text: 'just text' });
  expect(mailbox.messages()).toMatchObject([{ text: 'just text\n', html: '', attachments: [] }]);
});

test('keeps its mail between starts, even when the last one was cut short by a crash', async () => {
  await send(thanks);
  await mailbox.close();
  fs.appendFileSync(stateFile(), '{"id":"half');
  mailbox = await startMailbox({ stateFile: stateFile() });
  await send({ ...thanks, subject: 'after' });
  await mailbox.close();
  mailbox = await startMailbox({ stateFile: stateFile() });
  expect(subjects()).toEqual(['Thank you, Zoë', 'after']);
});

test('forgets everything on DELETE', async () => {
  await send(thanks);
  expect((await fetch(`${mailbox.url}/messages`, { method: 'DELETE' })).status).toBe(204);
  expect(await getJson('/messages')).toEqual([]);
  expect(fs.existsSync(stateFile())).toBe(false);
});

test('refuses mail as often as asked, then takes it again', async () => {
  await order({ mode: 'refuse', times: 2 });
  await expect(send(thanks)).rejects.toMatchObject({ responseCode: 421 });
  await expect(send(thanks)).rejects.toMatchObject({ responseCode: 421 });
  await send(thanks);
  expect(mailbox.messages()).toHaveLength(1);
});

test('refuses the next mail on a connection that is open already', async () => {
  const pool = createTransport({ url: mailbox.smtpUrl, pool: true, maxConnections: 1, maxRequeues: 0 } as never);
  await pool.sendMail(thanks);
  await order({ mode: 'refuse' });
  await expect(pool.sendMail(thanks)).rejects.toThrow(/connection was closed/);
  expect(mailbox.messages()).toHaveLength(1);
  pool.close();
});

test('loses an acknowledgement: the mail is there and its sender was never told', async () => {
  await order({ mode: 'drop-after-data', times: 1 });
  await expect(send(thanks)).rejects.toThrow();
  expect(mailbox.messages()).toHaveLength(1);
  await send(thanks);
  expect(mailbox.messages()).toHaveLength(2);
});

test('holds an acknowledgement until the faults are cleared', async () => {
  await order({ mode: 'hold-after-data', times: 1 });
  let answered = false;
  const sending = send(thanks).then(() => {
    answered = true;
  });
  await expect.poll(() => getJson('/_mailbox/faults')).toEqual({ mode: null, times: 0, held: 1 });
  expect(answered).toBe(false);
  expect(mailbox.messages()).toHaveLength(1);
  await order({ clear: true });
  await sending;
});

test('says what is wrong with an order for faults', async () => {
  expect(await order({ mode: 'explode' })).toEqual({
    status: 400,
    body: { error: 'mode is refuse, drop-after-data or hold-after-data' },
  });
  expect((await order({ mode: 'refuse', times: 0 })).status).toBe(400);
});

test('shows a mail safely: markup of a subject is text, and the mail itself is locked into its frame', async () => {
  await send({
    ...thanks,
    subject: '<script>alert(1)</script>',
    html: '<script>parent.document.title = "taken"</script><p>Hello</p>',
  });
  const { id } = mailbox.messages()[0]!;
  for (const page of ['/', `/messages/${id}`]) {
    expect(await (await fetch(mailbox.url + page)).text()).not.toContain('<script');
  }
  const part = await fetch(`${mailbox.url}/messages/${id}/html`);
  expect(part.headers.get('content-security-policy')).toMatch(/default-src 'none';.*sandbox/);
});

test('hands out attachments to download, and 404 for what is not there', async () => {
  await send(thanks);
  const { id } = mailbox.messages()[0]!;
  const file = await fetch(`${mailbox.url}/messages/${id}/attachments/0`);
  expect(file.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''Beleg%20f%C3%BCr%20Zo%C3%AB.pdf");
  expect(await file.text()).toBe('%PDF-1.7 tiny');
  for (const missing of [`/messages/${id}/attachments/1`, '/messages/none', `/messages/${id}/other`, '/elsewhere']) {
    expect((await fetch(mailbox.url + missing)).status).toBe(404);
  }
});

test('says which port is taken', async () => {
  const port = Number(new URL(mailbox.url).port);
  await expect(startMailbox({ httpPort: port })).rejects.toThrow(`Port ${port} is in use by another program`);
});

describeBrowser('in a browser without JavaScript', (browser) => {
  test('a person finds a mail, reads it and empties the mailbox', async () => {
    await send({ ...thanks, from: '"Phare été" <hello@paper.example>' });
    const page = await browser().newPage({ javaScriptEnabled: false, viewport: { width: 390, height: 800 } });
    await page.goto(mailbox.url);
    await page.getByLabel('Mail to').fill('reader@example.com');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('link', { name: /Thank you, Zoë/ }).click();
    await page.getByText('Phare été <hello@paper.example>').waitFor();
    await page.frameLocator('iframe').getByText('receipt', { exact: true }).waitFor();
    await page.getByText('Plain text', { exact: true }).click();
    expect(await page.locator('pre a').getAttribute('href')).toBe('https://paper.example/stop/token?a=1&b=2');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('link', { name: 'All mail' }).click();
    await page.getByRole('button', { name: 'Delete all mail' }).click();
    await page.getByText('No mail yet.').waitFor();
    await page.close();
  });
});

function stateFile(): string {
  return path.join(folder, 'kept', 'mail.jsonl');
}

async function send(mail: SendMailOptions): Promise<void> {
  await createTransport(mailbox.smtpUrl).sendMail(mail);
}

async function getJson(address: string): Promise<unknown> {
  return (await fetch(mailbox.url + address)).json();
}

async function order(faults: unknown): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${mailbox.url}/_mailbox/faults`, { method: 'POST', body: JSON.stringify(faults) });
  return { status: answer.status, body: await answer.json() };
}

function subjects(to?: string): string[] {
  return mailbox.messages(to).map(({ subject }) => subject);
}
