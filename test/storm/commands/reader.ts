import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Scene } from './command.ts';
import type { ReaderGift } from './notes.ts';

/** What a reader chose in the form. */
export type Wish = {
  interval: 'once' | 'month' | 'year';
  amount: number;
  currency: string;
  coverFees: boolean;
  /** What else the form may hold. */
  words?: { campaign?: string; anonymous?: true; message?: string; newsletter?: 'weekly' };
};

export type ServiceAnswer = { status: number; body: Record<string, unknown>; headers: Headers };

/** Asks the service as a browser of its own would; a connection that breaks is status 0. */
export async function askService(
  { slot, notes }: Scene,
  method: string,
  path: string,
  options: { body?: unknown; key?: string; credentials?: string } = {},
): Promise<ServiceAnswer> {
  notes.count += 1;
  const { body, key, credentials } = options;
  try {
    const response = await fetch(`${slot.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        'x-forwarded-for': `10.${(notes.count >> 16) & 255}.${(notes.count >> 8) & 255}.${notes.count & 255}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
        ...(credentials && { authorization: `Bearer ${credentials}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return {
      status: response.status,
      body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
      headers: response.headers,
    };
  } catch {
    return { status: 0, body: {}, headers: new Headers() };
  }
}

/** The smallest sums that Stripe takes are far below these. */
const unit: Record<string, number> = { jpy: 1 };

/** Asks for a gift's page, and again (once, unless told otherwise) with the same key where nobody knows what became of it. */
export async function askForGift(
  stage: Scene,
  wish: Wish,
  about: { attempt?: string; key?: string; email?: string; tries?: number } = {},
): Promise<ReaderGift | undefined> {
  stage.notes.count += 1;
  const { attempt = randomUUID(), key = randomUUID(), email = `reader${stage.notes.count}@example.net`, tries = 2 } = about;
  const body = {
    amount: wish.amount * (unit[wish.currency] ?? 100),
    currency: wish.currency,
    cover_fees: wish.coverFees,
    attempt,
    article: { url: 'https://www.example.org/night-shift', id: 'a-17', title: 'The night shift', section: 'Harbour' },
    ...wish.words,
    ...(wish.interval !== 'once' && { interval: wish.interval }),
  };
  const path = wish.interval === 'once' ? '/v1/donations' : '/v1/subscriptions';
  for (let turn = 0; turn < tries; turn += 1) {
    if (turn > 0 && tries > 2) await pause(100);
    const answer = await askService(stage, 'POST', path, { body, key });
    if (answer.status === 201) return keepGift(stage, { wish, body, attempt, key, email, answer });
    if (![0, 409].includes(answer.status) && answer.status < 500) return undefined;
  }
  return undefined;
}

type Kept = { wish: Wish; body: Record<string, unknown>; attempt: string; key: string; email: string; answer: ServiceAnswer };

function keepGift({ notes }: Scene, { wish, body, attempt, key, email, answer }: Kept): ReaderGift {
  const { id, amount, currency, checkout_url } = answer.body as {
    id: string;
    amount: number;
    currency: string;
    checkout_url: string;
  };
  const known = notes.gifts.find((gift) => gift.key === key);
  if (known && known.id !== id) notes.wrongs.push(`one Idempotency-Key was answered ${known.id} and ${id}`);
  if (known) return known;
  if (currency !== wish.currency || (!wish.coverFees && amount !== body.amount)) {
    notes.wrongs.push(`${id} was answered with ${amount} ${currency}, not what was asked for`);
  }
  const checkoutId = /cs_test_\w+/.exec(checkout_url)?.[0] ?? '';
  const gift = { id, checkoutId, attempt, email, interval: wish.interval, amount, currency, body, key };
  notes.gifts.push(gift);
  return gift;
}

/** Pays on Stripe's page: tries these cards until one is not declined, and answers what the owner's bank asks. */
export async function payPage({ slot }: Scene, gift: ReaderGift, cards: readonly string[], approves = true): Promise<void> {
  for (const card of cards) {
    const { status, body } = await slot.stripe.call('POST', `/v1/payment_pages/${gift.checkoutId}/confirm`, {
      payment_method: card,
      email: gift.email,
      name: 'A Reader',
    });
    const intent = body.payment_intent as { id: string; status: string } | undefined;
    if (intent?.status === 'requires_action') {
      await slot.stripe.call('POST', `/3ds/${intent.id}/${approves ? 'approve' : 'fail'}`);
      if (approves) return;
    } else if (status === 200) return;
  }
}
