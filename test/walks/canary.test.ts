import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { newKey } from '../support/reader.ts';
import { startWatchedService, type WatchedService } from '../support/watched-service.ts';

// A donor nobody could mistake for anything else; no word of theirs may turn up where operators or strangers look.
const name = 'Canaria Quillfeather';
const email = 'canary.quillfeather@birdcage.example';
const message = 'chirpwhistle, keep the harbour free';
const comment = 'tweetlark thought it clear';
const agent = 'Plumebrowser/1.0';
const query = 'nestsecret';
const words = [...name.split(' '), 'canary', 'quillfeather', 'birdcage', 'chirpwhistle', 'tweetlark', 'Plumebrowser', query];

const article = {
  url: `https://www.example.org/quay?reader=${query}`,
  id: '4711',
  title: 'Who owns the quay?',
  section: 'Harbour',
};
const voted = { url: article.url, id: article.id };
const gift = {
  amount: 2500,
  currency: 'eur',
  email,
  name,
  message,
  anonymous: false,
  newsletter: 'weekly',
  article,
  locale: 'en',
};

type Begun = { id: string; checkout_url: string };
type Mail = { to: string; text: string; html: string; headers: Record<string, string> };

let service: WatchedService;
/** Everything that the service answered to anybody: status, headers and body. */
const answers: string[] = [];

beforeAll(async () => {
  service = await startWatchedService();
}, 60_000);
afterAll(() => service?.close());

test('a donor gives, signs up, votes and is paid back', async () => {
  const once = await begin('/v1/donations', gift);
  await pay(once);
  await eventually(async () => expect(await look(`/v1/donations/${once.id}`)).toContain('"succeeded"'));
  await look(`/thanks/${once.id}`);
  await look(`/donate?gift=${once.id}`);
  expect((await ask('PUT', '/v1/votes', { article: voted, helpful: false, comment })).status).toBe(200);
  expect((await ask('POST', '/v1/newsletter-signups', { email, frequency: 'daily', offers: true, article })).status).toBe(202);
  await follow('/newsletter/confirm');
  const [payment] = (await service.stripe.paymentIntents.list({ limit: 1 })).data;
  await service.stripe.refunds.create({ payment_intent: payment!.id, amount: 1000 });
  await mailed(/refund/i);
  await follow('/newsletter/leave');
});

test('gives every month, and stops', async () => {
  const monthly = await begin('/v1/subscriptions', { ...gift, interval: 'month' });
  await pay(monthly);
  await eventually(async () => expect(await look(`/v1/subscriptions/${monthly.id}`)).toContain('"active"'));
  await look(`/thanks/${monthly.id}`);
  await follow('/stop');
  await eventually(async () => expect(await look(`/v1/subscriptions/${monthly.id}`)).toContain('"canceled"'));
  await mailed(/stopped|ended|end/i);
});

test('gets every field wrong, one after the other and all at once', async () => {
  const wrong = { ...Object.fromEntries(Object.keys(gift).map((field) => [field, [name, message]])), surprise: email };
  const texts = {
    amount: email,
    currency: name,
    email: `${email} ${name}`,
    name: `${name}\u0007`,
    message: `${message}\0`,
    locale: name.repeat(3),
  };
  const others = {
    newsletter: name,
    anonymous: email,
    article: { url: `https://evil.example/${email}`, id: `${name}\u0000` },
    attempt: email,
  };
  for (const path of ['/v1/donations', '/v1/subscriptions']) {
    for (const [field, value] of Object.entries({ ...texts, ...others })) {
      expect((await ask('POST', path, { ...gift, interval: undefined, [field]: value })).status).toBe(400);
    }
    expect((await ask('POST', path, wrong)).status).toBe(400);
    expect((await ask('POST', path, `{"email": "${email}`)).status).toBe(400);
  }
  expect(
    (await ask('PUT', '/v1/votes', { article: { url: email, id: name }, helpful: name, comment: comment.repeat(99) })).status,
  ).toBe(400);
  expect(
    (await ask('POST', '/v1/newsletter-signups', { email: name, frequency: email, offers: name, article: email })).status,
  ).toBe(400);
  const form = { name, email, message, interval: name, currency: email, own_amount: 'much', amount_once: 'own' };
  expect((await ask('POST', '/donate', new URLSearchParams(form))).status).toBe(400);
  await ask('POST', '/donate', new URLSearchParams({ ...form, article: article.url, own_amount: '12' }));
  for (const path of ['/v1/donations', '/stop', '/thanks', '/problems', '/v1/exports', '/nothing']) {
    await look(`${path}/${encodeURIComponent(email)}?email=${encodeURIComponent(email)}&name=Canaria`);
  }
});

test('meets Stripe, mail and database down', async () => {
  service.setStripeReachable(false);
  const down = await Promise.all([
    ask('POST', '/v1/donations', gift),
    ask('POST', '/v1/subscriptions', { ...gift, interval: 'year' }),
  ]);
  expect(down.map(({ status }) => status)).toEqual([503, 503]);
  service.setStripeReachable(true);

  const mailsBefore = (await mails()).length;
  await order('refuse', 2);
  const unmailed = await begin('/v1/donations', gift);
  await pay(unmailed);
  await eventually(() => expect(service.process.output()).toContain('a job failed and is tried again'));
  await order();
  await eventually(async () => expect((await mails()).length).toBeGreaterThan(mailsBefore));

  const paidMeanwhile = await begin('/v1/donations', gift);
  await service.database.setReachable(false);
  await pay(paidMeanwhile);
  const lost = await Promise.all([
    ask('POST', '/v1/donations', gift),
    ask('PUT', '/v1/votes', { article: voted, helpful: true, comment }),
    ask('POST', '/v1/newsletter-signups', { email, frequency: 'daily', offers: true }),
    ask(
      'POST',
      '/donate',
      new URLSearchParams({ email, name, own_amount: '12', amount_once: 'own', currency: 'eur', interval: 'once' }),
    ),
  ]);
  expect(lost.map(({ status }) => status)).toEqual([503, 503, 503, 503]);
  expect((await fetch(`${service.url}/metrics`)).status).toBe(200);
  await service.database.setReachable(true);
  await service.simulate('settle');
});

test('and leaves no word of theirs in the log, in a metric, in an answer or in an address', async () => {
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(/gratis_http_request_duration_seconds_count\{route="\/v1\/donations",method="POST",status="2xx"\} \d/);
  expect(found(metrics)).toEqual([]);

  const lines = service.process.output().split('\n').filter(Boolean);
  expect(lines.length).toBeGreaterThan(100);
  expect(lines.filter((line) => !line.startsWith('{'))).toEqual([]);
  expect(lines.flatMap(found)).toEqual([]);

  expect(answers.length).toBeGreaterThan(60);
  expect(answers.flatMap(found)).toEqual([]);

  expect(service.asked.length).toBeGreaterThan(20);
  expect(service.asked.flatMap(found)).toEqual([]);
  const { data } = await service.stripe.checkout.sessions.list({ limit: 100 });
  expect(data.flatMap(({ url, success_url, cancel_url }) => found(`${url} ${success_url} ${cancel_url}`))).toEqual([]);

  const linked = (await mails()).flatMap((mail) => JSON.stringify(mail).match(/https?:[^\s"<>\\]+/g) ?? []);
  expect(linked.length).toBeGreaterThan(10);
  // The receipt leads its own reader back to the very address they came from, query and all.
  expect(linked.filter((link) => link !== article.url).flatMap(found)).toEqual([]);

  const { rows } = await service.database.pool.query(`select coalesce(last_error, '') as text from graphile_worker.jobs
    union all select coalesce(error, '') || coalesce(reason, '') || coalesce(request_id, '') from inbox_events`);
  expect(rows.flatMap(({ text }) => found(text))).toEqual([]);
});

/** The words of the donor's that stand in a text, each with what is around it. */
function found(text: string): string[] {
  return words.flatMap((word) => {
    const at = text.toLowerCase().indexOf(word.toLowerCase());
    return at < 0 ? [] : [text.slice(Math.max(0, at - 100), at + 100)];
  });
}

async function ask(method: string, path: string, body: unknown): Promise<Response> {
  const isJson = !(body instanceof URLSearchParams);
  const answer = await fetch(`${service.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { 'user-agent': agent, ...(isJson && { 'content-type': 'application/json', 'idempotency-key': newKey() }) },
    body: typeof body === 'string' || !isJson ? (body as string) : JSON.stringify(body),
  });
  await keep(answer);
  return answer;
}

async function look(path: string): Promise<string> {
  const answer = await fetch(`${service.url}${path}`, {
    redirect: 'manual',
    headers: { 'user-agent': agent, accept: 'text/html, */*' },
  });
  return keep(answer);
}

async function keep(answer: Response): Promise<string> {
  const text = await answer.clone().text();
  answers.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${text}`);
  return text;
}

async function begin(path: string, body: object): Promise<Begun> {
  const answer = await ask('POST', path, body);
  if (answer.status !== 201) throw new Error(await answer.text());
  return answer.json() as Promise<Begun>;
}

async function pay({ checkout_url }: Begun): Promise<void> {
  const id = /cs_test_\w+/.exec(checkout_url)![0];
  const answer = await fetch(`${service.stripeUrl}/v1/payment_pages/${id}/confirm`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.secretKey}` },
    body: new URLSearchParams({ payment_method: 'pm_card_visa', email, name }),
  });
  expect(answer.status).toBe(200);
}

/** Opens the newest link of this kind that was mailed, and presses its button. */
async function follow(path: string): Promise<void> {
  const link = await eventually(async () => {
    const links = (await mails()).flatMap(({ text }) => text.match(new RegExp(`${path}/[\\w.~-]+`, 'g')) ?? []);
    if (links.length === 0) throw new Error(`no mail leads to ${path}`);
    return links.at(-1)!;
  });
  await look(link);
  expect((await ask('POST', link, new URLSearchParams())).status).toBeLessThan(400);
}

async function mails(): Promise<Mail[]> {
  return (await fetch(`${service.mailboxUrl}/messages?to=${encodeURIComponent(email)}`)).json() as Promise<Mail[]>;
}

async function mailed(what: RegExp): Promise<void> {
  await eventually(async () => expect((await mails()).some(({ text }) => what.test(text))).toBe(true));
}

/** Orders a fault of the mail server's, or none. */
async function order(mode?: 'refuse', times = 1): Promise<void> {
  const answer = await fetch(`${service.mailboxUrl}/_mailbox/faults`, {
    method: 'POST',
    body: JSON.stringify(mode ? { mode, times } : { clear: true }),
  });
  expect(answer.status).toBeLessThan(300);
}
