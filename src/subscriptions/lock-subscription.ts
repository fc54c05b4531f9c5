import type { Selectable } from 'kysely';
import type { Trx } from '../db/database.ts';
import type { DB } from '../db/tables.ts';

/** A recurring donation, as its row stands. */
export type Subscription = Selectable<DB['subscriptions']>;

/** How Stripe knows a subscription, and how its metadata says that we do. */
export type SubscriptionIds = { readonly stripeSubscriptionId: string | null; readonly subscriptionId: string | null };

/** Ours, kept from changing by others until the transaction ends: by Stripe's id, else by the one in its metadata. */
export async function lockSubscription(trx: Trx, ids: SubscriptionIds): Promise<Subscription | undefined> {
  const { stripeSubscriptionId, subscriptionId } = ids;
  const lock = (column: 'id' | 'stripe_subscription_id', value: string | null) =>
    value === null
      ? undefined
      : trx.selectFrom('subscriptions').selectAll().where(column, '=', value).forNoKeyUpdate().executeTakeFirst();
  const known = await lock('stripe_subscription_id', stripeSubscriptionId);
  const marked = known ?? (await lock('id', subscriptionId));
  const belongsToAnother = marked?.stripe_subscription_id != null && marked.stripe_subscription_id !== stripeSubscriptionId;
  return belongsToAnother ? undefined : marked;
}
