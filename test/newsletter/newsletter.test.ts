import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { plusSeconds } from '../../src/clock.ts';
import { openEdge } from '../../src/http/edge.ts';
import { getNewsletterConfirm } from '../../src/http/get-newsletter-confirm.ts';
import { getNewsletterLeave } from '../../src/http/get-newsletter-leave.ts';
import { mountRoute } from '../../src/http/mount.ts';
import { postNewsletterConfirm } from '../../src/http/post-newsletter-confirm.ts';
import { postNewsletterLeave } from '../../src/http/post-newsletter-leave.ts';
import { postNewsletterSignup } from '../../src/http/post-newsletter-signup.ts';
import { handleProblems } from '../../src/http/problem.ts';
import { requestSignup, type SignupRequest } from '../../src/newsletter/request-signup.ts';
import { signLink } from '../../src/signed-link.ts';
import { eventually } from '../support/eventually.ts';
import { openPostRoom, type PostRoom } from '../support/post-room.ts';
import { newKey } from '../support/reader.ts';

const routes = [postNewsletterSignup, getNewsletterConfirm, postNewsletterConfirm, getNewsletterLeave, postNewsletterLeave];

describe('the newsletter', () => {
  let room: PostRoom;
  let server: Server;
  let now = new Date('2026-03-02T10:00:00Z');
  let people = 0;
  let email: string;
  beforeAll(async () => {
    room = await openPostRoom({ services: { clock: { now: () => now } } });
    const app = express();
    openEdge(app, room.services);
    for (const route of routes) mountRoute(app, room.services, route);
    handleProblems(app, room.services);
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    await room.runJobs();
  });
  afterAll(async () => {
    server?.close();
    await room?.close();
  });
  beforeEach(async () => {
    people += 1;
    email = `reader-${people}@example.net`;
    await room.database.pool.query('truncate rate_limits');
  });

  const at = (path: string) => `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
  const signUp = (body: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    fetch(at('/v1/newsletter-signups'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': newKey(), ...headers },
      body: JSON.stringify({ email, frequency: 'weekly', offers: false, ...body }),
    });
  const find = () => room.services.db.selectFrom('signups').selectAll().where('email_key', '=', email).executeTakeFirst();
  const mailsOf = (count: number) =>
    eventually(() => {
      const mails = room.mails(email);
      expect(mails).toHaveLength(count);
      return mails;
    });
  const pathIn = (text: string, purpose: 'confirm' | 'leave') => new RegExp(`/newsletter/${purpose}/\\S+`).exec(text)![0];
  const visit = async (path: string, method = 'GET', body?: URLSearchParams) => {
    const response = await fetch(at(path), { method, ...(body && { body }) });
    return { status: response.status, text: await response.text() };
  };
  const later = () => {
    now = plusSeconds(now, 15 * 60);
  };

  test('signs an address up only when that is confirmed from the mail, with the words that were agreed to', async () => {
    const answer = await signUp({
      frequency: 'daily',
      offers: true,
      article: { url: 'https://www.example.org/quay', id: 'a-1' },
    });
    expect(answer.status).toBe(202);
    const [mail] = await mailsOf(1);
    expect(mail!.text).toContain('The Harbour Light by e-mail every day');
    expect(mail!.html).toContain('offers now and then');
    expect(await find()).toMatchObject({ status: 'pending', confirmed_at: null, article_url: 'https://www.example.org/quay' });

    const path = pathIn(mail!.text, 'confirm');
    const shown = await visit(path);
    expect(shown).toMatchObject({ status: 200, text: expect.stringContaining('<form method="post">') });
    expect(shown.text).toContain('The Harbour Light by e-mail every day');
    await visit(path, 'HEAD');
    expect(await find()).toMatchObject({ status: 'pending' });

    expect(await visit(path, 'POST')).toMatchObject({ status: 200, text: expect.stringContaining('You are signed up') });
    expect(await find()).toMatchObject({
      status: 'confirmed',
      frequency: 'daily',
      offers: true,
      confirmed_at: now,
      wish: null,
      consent_text: expect.stringMatching(/every day\. .* offers now and then\.$/),
    });
    expect(await visit(path, 'POST')).toMatchObject({ status: 200 });
    expect(await visit(path)).toMatchObject({ status: 200, text: expect.stringContaining('You are signed up') });
  });

  test('mails an address once in 15 minutes, however many ask at the same time', async () => {
    const ask = (request: Partial<SignupRequest> = {}) =>
      requestSignup(room.services, { email, frequency: 'weekly', offers: false, locale: 'en', ...request });
    const mails = () => room.services.db.selectFrom('mails').select('to_address').where('to_address', 'ilike', email).execute();
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        ask({ email: index % 2 ? email : email.toUpperCase(), frequency: index % 3 ? 'daily' : 'weekly' }),
      ),
    );
    expect(await mails()).toHaveLength(1);
    now = plusSeconds(now, 15 * 60 - 1);
    await ask();
    expect(await mails()).toHaveLength(1);
    now = plusSeconds(now, 1);
    await Promise.all([ask(), ask(), ask()]);
    expect(await mails()).toHaveLength(2);
  });

  test('answers every address alike: new, asked a moment ago, signed up or left', async () => {
    const answers: string[] = [];
    const note = async () => {
      const response = await signUp();
      answers.push(`${response.status} ${await response.text()}`);
    };
    await note();
    await note();
    const [mail] = await mailsOf(1);
    await visit(pathIn(mail!.text, 'confirm'), 'POST');
    await note();
    later();
    await note();
    await visit(pathIn(mail!.text, 'leave'), 'POST');
    await note();
    later();
    await note();
    expect(answers).toHaveLength(6);
    expect(new Set(answers)).toEqual(new Set(['202 {"status":"confirmation-asked"}']));
  });

  test('keeps what was confirmed until another wish is confirmed, and an old link confirms nothing newer', async () => {
    await signUp();
    const [first] = await mailsOf(1);
    await visit(pathIn(first!.text, 'confirm'), 'POST');
    later();
    await signUp({ frequency: 'daily', offers: true });
    const [, second] = await mailsOf(2);
    expect(await find()).toMatchObject({
      status: 'confirmed',
      frequency: 'weekly',
      offers: false,
      wish: { frequency: 'daily', offers: true },
    });
    expect(await visit(pathIn(first!.text, 'confirm'), 'POST')).toMatchObject({ status: 200 });
    expect(await find()).toMatchObject({ frequency: 'weekly' });
    later();
    await signUp({ frequency: 'daily', offers: false });
    const [, , third] = await mailsOf(3);
    expect(await visit(pathIn(second!.text, 'confirm'), 'POST')).toMatchObject({ status: 404 });
    expect(await find()).toMatchObject({ frequency: 'weekly', offers: false });
    await visit(pathIn(third!.text, 'confirm'), 'POST');
    expect(await find()).toMatchObject({ frequency: 'daily', offers: false, wish: null });
  });

  test('is left with one click from the mail program, and with one from the page, for ever', async () => {
    await signUp();
    const [mail] = await mailsOf(1);
    await visit(pathIn(mail!.text, 'confirm'), 'POST');
    expect(mail!.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    const path = pathIn(mail!.headers['list-unsubscribe']!.replace(/^<(.*)>$/, '$1'), 'leave');

    expect(await visit(path)).toMatchObject({ status: 200, text: expect.stringContaining('<form method="post">') });
    expect(await find()).toMatchObject({ status: 'confirmed' });
    expect(await visit(path, 'POST', new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }))).toMatchObject({ status: 200 });
    expect(await find()).toMatchObject({ status: 'left', left_at: now });

    expect(await visit(pathIn(mail!.text, 'confirm'), 'POST')).toMatchObject({ status: 404 });
    now = plusSeconds(now, 5 * 365 * 24 * 3600);
    await signUp();
    const [, again] = await mailsOf(2);
    await visit(pathIn(again!.text, 'confirm'), 'POST');
    expect(await find()).toMatchObject({ status: 'confirmed', left_at: null });
    expect(await visit(path, 'POST')).toMatchObject({ status: 200 });
    expect(await find()).toMatchObject({ status: 'left' });
    await room.services.db.deleteFrom('signups').where('email_key', '=', email).execute();
    expect(await visit(path, 'POST')).toMatchObject({ status: 200 });
  });

  test('opens to no token that is unknown, of another purpose or tampered with', async () => {
    await signUp();
    const [mail] = await mailsOf(1);
    const confirm = pathIn(mail!.text, 'confirm');
    const leave = pathIn(mail!.text, 'leave');
    const secret = room.services.config.sessionSecret;
    const wrong = [
      `${confirm}x`,
      confirm.replace(/\/(.)([^/]*)$/, (_, first, rest) => `/${first === 'A' ? 'B' : 'A'}${rest}`),
      confirm.replace('confirm', 'leave'),
      leave.replace('leave', 'confirm'),
      '/newsletter/confirm/nothing',
      `/newsletter/confirm/${signLink(secret, 'newsletter-confirm', 'sgn_0 weekly plain 2026-03-02T10:00:00.000Z')}`,
      `/newsletter/leave/${signLink(secret, 'stop', 'sgn_0')}`,
    ];
    for (const path of wrong) {
      for (const method of ['GET', 'POST']) {
        const answer = await visit(path, method);
        expect(answer.status, `${method} ${path}`).toBe(404);
        expect(answer.text).toContain('This link does not work');
      }
    }
    expect(await find()).toMatchObject({ status: 'pending' });
  });

  test.each([
    [{ email: 'nobody' }, '/email'],
    [{ email: 'a@example.net, b@example.net' }, '/email'],
    [{ email: 'a@example.net\r\nBcc: b@example.net' }, '/email'],
    [{ frequency: 'hourly' }, '/frequency'],
    [{ offers: 'yes' }, '/offers'],
    [{ article: { url: 'https://evil.example/' } }, '/article/url'],
    [{ admin: true }, '/admin'],
  ])('refuses %j by naming the field', async (body, pointer) => {
    const response = await signUp(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });

  test('writes in the language of the reader', async () => {
    await signUp({}, { 'accept-language': 'ar' });
    const [mail] = await mailsOf(1);
    expect(mail!.html).toContain('<html lang="ar" dir="rtl">');
    expect(mail!.text).toContain('كل أسبوع');
  });
});
