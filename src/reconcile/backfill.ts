import { readObject } from '../../webhooks/read-object.ts';
import { loadSweepState, saveSweepState } from '../jobs/sweep-runs.ts';
import type { Services } from '../services.ts';
import { type ListedKind, type ListedObject, pagesOf } from '../stripe/lists.ts';
import { retryOf } from '../stripe/retry.ts';
import { beginBooks } from './begin-books.ts';
import type { Discrepancy } from './note-discrepancies.ts';
import { reconcile } from './reconcile.ts';
import { keepEventsFrom } from './sweep-events.ts';

const name = 'backfill';
const readAtOnce = 4;

/** In this order: what others refer to comes first. Instalments come with their payments. */
export const backfillKinds = ['subscriptions', 'payments', 'refunds', 'disputes', 'payouts'] as const satisfies ListedKind[];
type Kind = (typeof backfillKinds)[number];

export type BackfillOptions = {
  /** What Stripe moved before it is in the opening balance, and not brought in. */
  readonly since: Date;
  /** `share` of the way from now back to `since`, 0 to 1. */
  onProgress?(kind: Kind, share: number, count: number): void;
  /** Told of each object that could not be brought in. */
  onFailure?(id: string): void;
};

/** `startedAt`: of the first run; what came after it is known by its events alone. */
type State = { since?: string; startedAt?: string; done?: Kind[]; kind?: Kind; after?: string };

/**
 * Brings the history of an account in: opens the books at `since`, reads everything made since then as its events would have it, and
 * ends by comparing; answers the differences that stand. Gifts that did not begin here get no receipt and no letter. Safe twice, and one
 * that was broken off goes on where it was. Throws what cannot be waited for here: an outage, or books that began at another instant.
 */
export async function backfill(services: Services, given: BackfillOptions): Promise<Discrepancy[]> {
  const options = { ...given, since: wholeSecond(given.since) };
  const silent: Services = { ...services, withoutLetters: true };
  const now = services.clock.now();
  await beginBooks(silent, options.since);
  const kept = (await loadSweepState(services.db, name)) as State;
  const since = options.since.toISOString();
  const state: State = kept.since === since ? kept : { since, startedAt: now.toISOString(), done: [] };
  const startedAt = new Date(state.startedAt ?? now);
  for (const kind of backfillKinds) {
    if (!state.done?.includes(kind)) {
      await bringIn(silent, { ...options, kind, state, startedAt });
      state.done = [...(state.done ?? []), kind];
      await saveSweepState(services.db, name, state);
    }
  }
  await keepEventsFrom(services, startedAt);
  const found = await reconcile(silent, { since: options.since, onlyNewEvents: true });
  await saveSweepState(services.db, name, {});
  return found;
}

type Task = BackfillOptions & { kind: Kind; state: State; startedAt: Date };

async function bringIn(services: Services, { kind, state, since, startedAt, onProgress, onFailure }: Task): Promise<void> {
  const { db, stripe, log } = services;
  const part = kind === 'subscriptions' ? {} : { since }; // one that began earlier may still go on
  let count = 0;
  const from = state.kind === kind ? state.after : undefined;
  for await (const page of pagesOf((after) => stripe.listObjects(kind, { ...part, after }), from)) {
    const wanted = await withoutKnown(services, kind, page);
    await eachOf(wanted, async ({ id }) => {
      await readObject(services, id).catch((error: unknown) => {
        if (retryOf(error) === 'until-it-works') throw error;
        log.warn('an object could not be brought in', { subject: id, error });
        onFailure?.(id);
      });
    });
    count += wanted.length;
    const last = page.at(-1);
    if (last) {
      Object.assign(state, { kind, after: last.id });
      await saveSweepState(db, name, state);
      onProgress?.(kind, shareOf(last, since, startedAt), count);
    }
  }
  onProgress?.(kind, 1, count);
}

/** Leaves out payments that came to nothing and those that are settled here, and subscriptions that are not ours. */
async function withoutKnown({ db }: Services, kind: Kind, page: readonly ListedObject[]): Promise<readonly ListedObject[]> {
  if (kind === 'subscriptions') {
    return page.filter(({ isOurs }) => isOurs);
  }
  if (kind !== 'payments') {
    return page;
  }
  const ids = page.map(({ id }) => id);
  const settled = await db
    .selectFrom('donations')
    .select('stripe_payment_intent_id as id')
    .where('stripe_payment_intent_id', 'in', ['', ...ids])
    .where('stripe_balance_transaction_id', 'is not', null)
    .execute();
  const known = new Set(settled.map(({ id }) => id));
  return page.filter(({ id, status }) => !known.has(id) && (status === 'succeeded' || status === 'processing'));
}

async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items];
  const lane = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: readAtOnce }, lane));
}

/** Stripe's clock knows no smaller parts: what it moved within that second is brought in. */
function wholeSecond(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / 1000) * 1000);
}

function shareOf({ createdAt }: ListedObject, since: Date, now: Date): number {
  const whole = Math.max(now.getTime() - since.getTime(), 1);
  return Math.min(Math.max((now.getTime() - createdAt.getTime()) / whole, 0), 1);
}
