import type { Selectable } from 'kysely';
import { readObject } from '../../webhooks/read-object.ts';
import type { DB } from '../db/tables.ts';
import { saySum } from '../operations/say-sum.ts';
import type { Services } from '../services.ts';
import type { SubscriptionReading } from '../stripe/gateway.ts';
import { pagesOf } from '../stripe/lists.ts';
import { undefinedIfGone } from './booked-transactions.ts';
import { type Discrepancy, noteDiscrepancies } from './note-discrepancies.ts';
import { tryToRepair } from './try-to-repair.ts';

type Subscription = Selectable<DB['subscriptions']>;

const kind = 'subscription';

/** Those that Stripe may still change. */
const running = ['incomplete', 'trialing', 'active', 'past_due', 'unpaid', 'paused'];

/**
 * Compares every recurring donation with Stripe's subscription, both ways. One that differs is read again, as an event about it would
 * have it; what differs after that is a discrepancy under Stripe's id.
 */
export async function compareSubscriptions(services: Services): Promise<void> {
  const { db, stripe } = services;
  const suspects = new Set<string>();
  const seen = new Set<string>();
  for await (const page of pagesOf((after) => stripe.listSubscriptions({ after }))) {
    const ours = await findOurs(
      services,
      page.map(({ id }) => id),
    );
    for (const theirs of page) {
      seen.add(theirs.id);
      if (wordsOf(ours.get(theirs.id), theirs).length > 0) suspects.add(theirs.id);
    }
  }
  const ours = await db
    .selectFrom('subscriptions')
    .select('stripe_subscription_id')
    .where('status', 'in', running)
    .where('stripe_subscription_id', 'is not', null)
    .execute();
  for (const { stripe_subscription_id: id } of ours) {
    if (!seen.has(id!)) suspects.add(id!);
  }
  const found: Discrepancy[] = [];
  for (const id of suspects) found.push(...(await repair(services, id)));
  await noteDiscrepancies(db, { kind, found, looked: 'all' });
}

async function repair(services: Services, id: string): Promise<Discrepancy[]> {
  let words = ['it differs and could not be read'];
  await tryToRepair(services, id, async () => {
    await readObject(services, id);
    const theirs = await services.stripe.getSubscription(id).catch(undefinedIfGone);
    words = theirs ? wordsOf((await findOurs(services, [id])).get(id), theirs) : ['in our books, but not at Stripe'];
  });
  return words.length > 0 ? [{ kind, objectId: id, detail: words.join('; ') }] : [];
}

async function findOurs({ db }: Services, ids: readonly string[]): Promise<Map<string | null, Subscription>> {
  const rows = await db
    .selectFrom('subscriptions')
    .selectAll()
    .where('stripe_subscription_id', 'in', ['', ...ids])
    .execute();
  return new Map(rows.map((row) => [row.stripe_subscription_id, row]));
}

function wordsOf(ours: Subscription | undefined, theirs: SubscriptionReading): string[] {
  if (!ours) {
    return ['not in our books'];
  }
  return [
    { name: 'status', ours: ours.status, theirs: theirs.status },
    {
      name: 'amount',
      ours: saySum(ours.amount_minor, ours.currency),
      theirs: saySum(theirs.amount.minor, theirs.amount.currency),
    },
    { name: 'end of period', ours: ours.current_period_end?.toISOString(), theirs: theirs.currentPeriodEnd?.toISOString() },
    { name: 'end', ours: ours.cancel_at?.toISOString(), theirs: theirs.cancelAt?.toISOString() },
  ]
    .filter((one) => one.ours !== one.theirs)
    .map((one) => `${one.name}: ours ${one.ours ?? 'none'}, Stripe's ${one.theirs ?? 'none'}`);
}
