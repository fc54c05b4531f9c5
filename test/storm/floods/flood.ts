import { createHmac, randomUUID } from 'node:crypto';
import type { Stage } from '../commands/command.ts';
import { openNotes } from '../commands/notes.ts';
import { askForGift, payPage } from '../commands/reader.ts';
import { compareBalance } from '../compare/balance.ts';
import { lookAtBoth } from '../compare/both.ts';
import { compareExports } from '../compare/exports.ts';
import { compareGifts } from '../compare/gifts.ts';
import { compareInbox } from '../compare/inbox.ts';
import { compareLetters } from '../compare/letters.ts';
import { compareRefunds } from '../compare/refunds.ts';
import { openChance } from '../kills/chance.ts';
import { advance, calm } from '../stage/calm.ts';
import type { StripeObject } from '../stage/simulator.ts';
import { openSlot, type Slot } from '../stage/slot.ts';
import { listAll } from './list-all.ts';
import { sideBySide } from './side-by-side.ts';

export type FloodOptions = { adminUrl: string; webhooks: number; seed: number; note(text: string): void };

export type FloodResult = {
  /** How many were sent, of which kind. */
  sent: { events: number; duplicates: number; tampered: number };
  never: number;
  gifts: number;
  /** Seconds to send all, and from then to the last one worked on. */
  seconds: { sending: number; working: number };
  differences: string[];
};

const share = { duplicates: 0.3, tampered: 0.01, never: 0.05 };
const atOnce = 32;
/** Of what the service listens to: three for a gift, one or two more for the refund of every third. */
const eventsPerGift = 3.4;

/** Sends so many webhooks shuffled, some twice, some tampered with, some never; compares with Stripe once, and then looks. */
export async function runFlood({ adminUrl, webhooks, seed, note }: FloodOptions): Promise<FloodResult> {
  const slot = await openSlot(adminUrl);
  const stage: Stage = { slot, notes: openNotes(), fired: () => undefined };
  const chance = openChance(seed);
  try {
    const distinct = Math.round(webhooks / (1 - share.never + share.duplicates + share.tampered));
    await slot.stripe.lever('faults', { webhooks: { mode: 'lose' } });
    await giveMany(stage, Math.ceil(distinct / eventsPerGift), note);
    const parcels = await pack(stage, distinct, chance);
    note(`${parcels.sent.length} webhooks are sent`);
    const started = performance.now();
    await sideBySide(parcels.sent, atOnce, (parcel) => send(stage, parcel));
    const sent = performance.now();
    await calm(slot, 3600);
    const worked = performance.now();
    note('all is worked on; the service compares itself with Stripe');
    await slot.workers()[0]!.reconcile();
    await calm(slot, 3600);
    const kinds = Map.groupBy(parcels.sent, ({ kind }) => kind);
    const count = (kind: Parcel['kind']) => kinds.get(kind)?.length ?? 0;
    return {
      sent: { events: count('event'), duplicates: count('duplicate'), tampered: count('tampered') },
      never: parcels.never,
      gifts: stage.notes.gifts.length,
      seconds: { sending: (sent - started) / 1000, working: (worked - sent) / 1000 },
      differences: await compareFlood(stage),
    };
  } finally {
    await slot.close();
  }
}

/** Gifts, a third of them refunded in part, of which no webhook tells. */
async function giveMany(stage: Stage, count: number, note: (text: string) => void): Promise<void> {
  let done = 0;
  await sideBySide(Array.from({ length: count }), 6, async () => {
    const gift = await askForGift(stage, { interval: 'once', amount: 7, currency: 'eur', coverFees: false });
    if (!gift) throw new Error('a gift could not be begun');
    await payPage(stage, gift, ['pm_card_visa']);
    done += 1;
    if (done % 1000 === 0) note(`${done} of ${count} gifts are paid`);
  });
  await advance(stage.slot, 5);
  const charges = (await listAll(stage.slot.stripe, ['charge'])).all('charge');
  await sideBySide(
    charges.filter((_charge, index) => index % 3 === 0),
    6,
    async ({ id }) => {
      await stage.slot.stripe.call('POST', '/v1/refunds', { charge: id, amount: 100 });
    },
  );
  await advance(stage.slot, 5);
}

type Parcel = { kind: 'event' | 'duplicate' | 'tampered'; body: string; id: string };

/** What is sent, shuffled; tampered ones have ids of their own, so that one that is taken is seen. */
async function pack({ slot, notes }: Stage, distinct: number, chance: () => number): Promise<{ sent: Parcel[]; never: number }> {
  const listened = new Set(await typesOf(slot));
  const all = (await listAll(slot.stripe, ['event'])).all('event').filter(({ type }) => listened.has(String(type)));
  const events = shuffled(all, chance).slice(0, distinct);
  const never = Math.round(all.length * share.never);
  const told = events.slice(never);
  const bodies = told.map((event): Parcel => ({ kind: 'event', id: event.id, body: JSON.stringify(event) }));
  const some = (part: number) => shuffled(told, chance).slice(0, Math.round(all.length * part));
  const duplicates = some(share.duplicates).map(
    (event): Parcel => ({ kind: 'duplicate', id: event.id, body: JSON.stringify(event) }),
  );
  const tampered = some(share.tampered).map((event): Parcel => {
    const id = `evt_${randomUUID().replaceAll('-', '')}`;
    notes.forged.add(id);
    return { kind: 'tampered', id, body: JSON.stringify({ ...event, id }) };
  });
  return { sent: shuffled([...bodies, ...duplicates, ...tampered], chance), never };
}

async function typesOf(slot: Slot): Promise<string[]> {
  const [endpoint] = (await slot.stripe.call('GET', '/v1/webhook_endpoints')).body.data as (StripeObject & {
    enabled_events: string[];
  })[];
  return endpoint!.enabled_events;
}

async function send({ slot, notes }: Stage, { kind, body, id }: Parcel): Promise<void> {
  const seconds = Math.floor(Date.now() / 1000);
  const signed = kind === 'tampered' ? body.replace(id, id.replace('evt_', 'evt_0')) : body;
  const digest = createHmac('sha256', slot.webhookSecret).update(`${seconds}.${signed}`).digest('hex');
  const { status } = await fetch(`${slot.url}/webhooks/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${digest}` },
    body,
  });
  if (status !== (kind === 'tampered' ? 400 : 200)) notes.wrongs.push(`a webhook (${kind}) was answered ${status}`);
}

async function compareFlood(stage: Stage): Promise<string[]> {
  const kinds = ['event', 'checkout.session', 'payment_intent', 'charge', 'balance_transaction', 'refund'];
  const both = await lookAtBoth(stage, await listAll(stage.slot.stripe, kinds));
  const comparisons = [compareGifts, compareRefunds, compareBalance, compareLetters, compareInbox, compareExports];
  return [...stage.notes.wrongs, ...(await Promise.all(comparisons.map((compare) => compare(both)))).flat()];
}

function shuffled<Item>(items: readonly Item[], chance: () => number): Item[] {
  return items
    .map((item) => ({ item, at: chance() }))
    .sort((one, other) => one.at - other.at)
    .map(({ item }) => item);
}
