import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import Stripe from 'stripe';
import { toCurrency } from '../../src/currency.ts';
import { createDonation } from '../../src/donations/create-donation.ts';
import type { StartedGift } from '../../src/donations/started-gift.ts';
import { money } from '../../src/money.ts';
import { runChecks } from '../../src/operations/run-checks.ts';
import type { Services } from '../../src/services.ts';
import { startSubscription } from '../../src/subscriptions/start-subscription.ts';
import { createInbox } from '../../webhooks/inbox.ts';
import { toInboxEvent } from '../../webhooks/to-inbox-event.ts';
import { createInboxWorker } from '../../webhooks/work-inbox.ts';
import { type Ground, openGround } from './giving-ground.ts';

/** An event as Stripe tells it. */
export type ToldEvent = { id: string; type: string; created: number; data: { object: Record<string, unknown> } };

/** A gift that somebody began: our id and its session. */
export type BegunGift = StartedGift & { checkoutId: string };

/** A ground on which tests decide which of Stripe's events arrive, when, in which order and how often. */
export type MoneyGround = Ground & {
  client: Stripe;
  begin(options?: {
    amount?: bigint;
    currency?: string;
    interval?: 'month' | 'year';
    newsletter?: 'daily';
    name?: string;
  }): Promise<BegunGift>;
  /** Pays on the page, and lets Stripe's clock run on until the fee is known (unless told otherwise). */
  payGift(gift: BegunGift, options?: { card?: string; email?: string; name?: string; feeLater?: boolean }): Promise<void>;
  advance(seconds: number): Promise<void>;
  /** All events since `after` (exclusive; absent: ever) that we listen to or not, oldest first. */
  events(types?: string[]): Promise<ToldEvent[]>;
  /** Stores events as the endpoint does. */
  deliver(events: ToldEvent[]): Promise<void>;
  /** Delivers what was not delivered before, of these types (absent: all), and works until nothing is due. */
  tell(types?: string[]): Promise<void>;
  /** Works until nothing is due. */
  work(services?: Services): Promise<void>;
  /** How many requests Stripe got while `during` ran. */
  countCalls(during: () => Promise<unknown>): Promise<number>;
  /** What a check of sql/checks finds, and where the books' balance is not Stripe's own; nothing, where all was told. */
  differences(): Promise<unknown[]>;
  row<Row = Record<string, unknown>>(question: string, ...values: unknown[]): Promise<Row>;
  rows<Row = Record<string, unknown>>(question: string, ...values: unknown[]): Promise<Row[]>;
};

/** Stripe lists events for thirty days: after so many seconds they are looked at again. */
const daysHeard = 20 * 86_400;

export async function openMoneyGround(options: { newsroom?: Record<string, unknown> } = {}): Promise<MoneyGround> {
  const ground = await openGround(options);
  const { services, stripeUrl, database } = ground;
  const { hostname, port } = new URL(stripeUrl);
  const client = new Stripe(services.config.stripe.secretKey, { host: hostname, port, protocol: 'http', telemetry: false });
  const told = new Set<string>();
  const heard = new Map<string, ToldEvent>();
  const self: MoneyGround = {
    ...ground,
    client,
    async begin({ amount = 1000n, currency = 'eur', interval, newsletter, name } = {}) {
      const wish = {
        amount: money(amount, toCurrency(currency)),
        coverFees: false,
        anonymous: false,
        locale: 'en',
        newsletter,
        name,
        article,
        campaign: 'autumn',
      } as const;
      const started = interval
        ? await startSubscription(services, { ...wish, interval })
        : await createDonation(services, { ...wish, interval: 'once' });
      return { ...started, checkoutId: /cs_test_\w+/.exec(started.checkoutUrl)![0] };
    },
    async payGift({ checkoutId }, { card = 'pm_card_visa', email = 'reader@example.net', name = 'A Reader', feeLater } = {}) {
      await fetch(`${stripeUrl}/v1/payment_pages/${checkoutId}/confirm`, {
        method: 'POST',
        body: new URLSearchParams({ payment_method: card, email, name }),
      });
      if (!feeLater) await self.advance(2);
    },
    async advance(seconds) {
      let left = seconds;
      for (; left > daysHeard; left -= daysHeard) {
        await ground.simulate('clock/advance', { seconds: daysHeard });
        await self.events();
      }
      await ground.simulate('clock/advance', { seconds: left });
    },
    async events(types) {
      const recent: ToldEvent[] = [];
      for await (const event of client.events.list({ limit: 100 })) recent.push(event as unknown as ToldEvent);
      for (const event of recent.reverse()) heard.set(event.id, event);
      return [...heard.values()].filter(({ type }) => !types || types.includes(type));
    },
    async deliver(events) {
      for (const event of events) {
        told.add(event.id);
        const body = Buffer.from(JSON.stringify(event));
        await createInbox(services).store(toInboxEvent(JSON.parse(body.toString()), body, false));
      }
    },
    async tell(types) {
      const events = await self.events(types);
      await self.deliver(events.filter(({ id }) => !told.has(id)));
      await self.work();
    },
    work: (own = services) => createInboxWorker(own).drain(),
    async differences() {
      const checks = await runChecks(services.db);
      const found: unknown[] = checks.filter(({ rows }) => rows.length > 0);
      const { available, pending } = await client.balance.retrieve();
      const atStripe = [...available, ...pending].reduce((sum, { amount }) => sum + BigInt(amount), 0n);
      const { booked } = await self.row<{ booked: bigint }>(
        "select coalesce(sum(amount_minor), 0)::bigint as booked from ledger_entries where account = 'stripe_balance'",
      );
      return booked === atStripe ? found : [...found, { booked, atStripe }];
    },
    countCalls: (during) => countCalls(port, during),
    async row<Row>(question: string, ...values: unknown[]) {
      const { rows } = await database.pool.query(question, values);
      if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}: ${question}`);
      return rows[0] as Row;
    },
    rows: async <Row>(question: string, ...values: unknown[]) => (await database.pool.query(question, values)).rows as Row[],
  };
  return self;
}

const article = { url: 'https://www.example.org/night-shift', id: 'a-17', title: 'The night shift', section: 'Harbour' };

async function countCalls(port: string, during: () => Promise<unknown>): Promise<number> {
  const requests = channel('http.client.request.start');
  let count = 0;
  const note = (message: unknown) => {
    const { request } = message as { request: ClientRequest };
    if (request.host === '127.0.0.1' && String(request.getHeader('host')).endsWith(`:${port}`)) count += 1;
  };
  requests.subscribe(note);
  try {
    await during();
  } finally {
    requests.unsubscribe(note);
  }
  return count;
}
