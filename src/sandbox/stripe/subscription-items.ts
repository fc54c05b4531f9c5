import type Stripe from 'stripe';
import { invalidParameter, noSuch } from './errors.ts';
import { change } from './events.ts';
import { flag, group, mergedMetadata, metadata, needed, text, wholeNumber } from './fields.ts';
import { page, pageFields } from './pagination.ts';
import { periodEnd } from './periods.ts';
import { createPrice, itemPriceData } from './prices.ts';
import { type Route, route } from './route.ts';
import { newItem, planOf } from './subscriptions.ts';
import { get, type World } from './world.ts';

/** One entry of `items` in an update: with `id` it changes that item, without it adds another. */
export const itemFields = group({
  id: text,
  price: text,
  price_data: itemPriceData,
  quantity: wholeNumber(1),
  deleted: flag,
  metadata,
});

type ItemInput = ReturnType<typeof itemFields.read>;

/** The subscription's items as they are after an update; nothing is changed yet. */
export function changedItems(world: World, subscription: Stripe.Subscription, inputs: ItemInput[]): Stripe.SubscriptionItem[] {
  let items = subscription.items.data.map((item) => structuredClone(item));
  for (const [position, input] of inputs.entries()) {
    const param = `items[${position}]`;
    const price = priceOf(world, subscription, input, param);
    if (input.id) {
      const item = items.find((candidate) => candidate.id === input.id);
      if (!item) {
        throw noSuch('subscription_item', input.id, `${param}[id]`);
      }
      Object.assign(item, { quantity: input.quantity ?? item.quantity, metadata: mergedMetadata(item.metadata, input.metadata) });
      Object.assign(item, price ? { price: structuredClone(price), plan: planOf(price) } : {});
      items = input.deleted ? items.filter((candidate) => candidate !== item) : items;
    } else if (price) {
      const start = items[0]?.current_period_start ?? world.clock.seconds();
      items.push(newItem(world, subscription.id, price, input.quantity ?? 1, start));
    }
  }
  if (items.length === 0) {
    throw invalidParameter('A subscription must have at least one item.', 'items');
  }
  return items;
}

function priceOf(world: World, subscription: Stripe.Subscription, input: ItemInput, param: string): Stripe.Price | null {
  if (!input.price && !input.price_data) {
    return null;
  }
  const price = input.price
    ? get(world, 'price', input.price, `${param}[price]`)
    : createPrice(world, { ...input.price_data!, active: false }, `${param}[price_data]`);
  if (!price.recurring || price.currency !== subscription.currency) {
    throw invalidParameter(`The price must recur and be in ${subscription.currency}, the subscription's currency.`, param);
  }
  return price;
}

/** The item with a period that begins anew at `start` (seconds). */
export function withNewPeriod(item: Stripe.SubscriptionItem, start: number): Stripe.SubscriptionItem {
  return { ...item, current_period_start: start, current_period_end: periodEnd(start, start, item.price.recurring!) };
}

function ownerOf(world: World, item: string): Stripe.Subscription {
  const owner = [...world.tables.subscription.values()].find(({ items }) => items.data.some(({ id }) => id === item));
  if (!owner) {
    throw noSuch('subscription_item', item);
  }
  return owner;
}

/** Subscription items: retrieve, update, list. */
export const subscriptionItemRoutes: Route[] = [
  route('get', '/v1/subscription_items', { ...pageFields, subscription: needed(text) }, (world, { params }) => {
    const subscription = get(world, 'subscription', params.subscription, 'subscription');
    return page(subscription.items.data, params, '/v1/subscription_items');
  }),
  route('get', '/v1/subscription_items/{id}', {}, (world, { id }) =>
    ownerOf(world, id).items.data.find((item) => item.id === id),
  ),
  route(
    'post',
    '/v1/subscription_items/{id}',
    {
      price: text,
      price_data: itemPriceData,
      quantity: wholeNumber(1),
      metadata,
      proration_behavior: text,
      payment_behavior: text,
    },
    (world, { id, params }) => {
      const subscription = ownerOf(world, id);
      const { price, price_data, quantity, metadata: sent } = params;
      const items = changedItems(world, subscription, [{ id, price, price_data, quantity, metadata: sent }]);
      change(world, subscription, { items: { ...subscription.items, data: items } }, 'customer.subscription.updated');
      return items.find((item) => item.id === id);
    },
  ),
];
