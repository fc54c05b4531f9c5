import type Stripe from 'stripe';
import { invalidParameter, noSuch } from './errors.ts';
import { createdFilter, type Field, flag, listOf, text } from './fields.ts';
import { newId } from './ids.ts';
import type { Delivery } from './notes.ts';
import { filteredPage, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { apiVersion, get, insert, newestFirst, type StoredEvent, type World } from './world.ts';

/** Tells the world that something happened: keeps the event and hands a delivery to every endpoint that wants it. */
export function emit(world: World, type: string, object: object, previous?: object): StoredEvent {
  const endpoints = [...world.tables.webhook_endpoint.values()].filter((endpoint) => wants(endpoint, type));
  const event = insert(world, 'event', {
    id: newId('evt'),
    object: 'event',
    api_version: apiVersion,
    created: world.clock.seconds(),
    data: { object: structuredClone(object) as Stripe.Event.Data.Object, ...(previous ? { previous_attributes: previous } : {}) },
    livemode: false,
    pending_webhooks: endpoints.length,
    request: { id: world.request?.id ?? null, idempotency_key: world.request?.idempotencyKey ?? null },
    type: type as Stripe.Event.Type,
  });
  world.onExchange({ kind: 'event', event });
  for (const endpoint of endpoints) {
    world.onDelivery(newDelivery(world, event, endpoint));
  }
  world.onChange();
  return event;
}

function wants(endpoint: Stripe.WebhookEndpoint, type: string): boolean {
  return endpoint.status === 'enabled' && (endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type));
}

function newDelivery(world: World, event: StoredEvent, endpoint: Stripe.WebhookEndpoint): Delivery {
  const delivery: Delivery = {
    id: newId('whdlv'),
    event: event.id,
    type: event.type,
    endpoint: endpoint.id,
    url: endpoint.url,
    status: 'pending',
    attempts: [],
    next_attempt_at: null,
  };
  world.notes.delivery.set(delivery.id, delivery);
  return delivery;
}

/** Changes an object in place and, if anything did change, emits the event with what it was before. */
export function change<T extends object>(world: World, object: T, patch: Partial<T>, type?: string): boolean {
  const previous = differences(object as Loose, patch as Loose);
  if (Object.keys(previous).length === 0) {
    return false;
  }
  Object.assign(object, patch);
  if (type) {
    emit(world, type, object, previous);
  }
  world.onChange();
  return true;
}

type Loose = Record<string, unknown>;

function differences(before: Loose, patch: Loose): Loose {
  const changed = Object.keys(patch).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(patch[key]));
  return Object.fromEntries(
    changed.map((key) => [
      key,
      key === 'metadata' ? metadataBefore(before[key], patch[key]) : structuredClone(before[key] ?? null),
    ]),
  );
}

/** Only the changed keys; one that was not there before is null. */
function metadataBefore(before: unknown, after: unknown): Loose {
  const [old, now] = [(before ?? {}) as Loose, (after ?? {}) as Loose];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => old[key] !== now[key]);
  return Object.fromEntries(keys.map((key) => [key, old[key] ?? null]));
}

const daysKept = 30;
const mostTypes = 20;

/** Exact names of types, as many as Stripe takes; the wildcard is for `type` alone. */
const typesField: Field<string[]> = {
  read: (value, path) => {
    const types = listOf(text).read(value, path);
    if (types.length > mostTypes) {
      throw invalidParameter(`You may only specify up to ${mostTypes} event types.`, path);
    }
    return types;
  },
};

const listFields = { ...pageFields, type: text, types: typesField, created: createdFilter, delivery_success: flag };

/** Events of the last 30 days, as Stripe keeps them. */
export const eventRoutes: Route[] = [
  route('get', '/v1/events', listFields, (world, { params }) => {
    const { type, types, created, delivery_success: isDelivered } = params;
    const oldest = world.clock.seconds() - daysKept * 86_400;
    const undelivered = isDelivered == null ? null : undeliveredEvents(world);
    return filteredPage(
      newestFirst(world, 'event'),
      params,
      '/v1/events',
      (event) =>
        event.created >= oldest &&
        (!type || matches(type, event.type)) &&
        (!types || types.includes(event.type)) &&
        (created?.(event.created) ?? true) &&
        (undelivered === null || undelivered.has(event.id) !== isDelivered),
    );
  }),
  route('get', '/v1/events/{id}', {}, (world, { id }) => {
    const event = get(world, 'event', id);
    if (event.created < world.clock.seconds() - daysKept * 86_400) {
      throw noSuch('event', id);
    }
    return event;
  }),
];

function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

function undeliveredEvents(world: World): Set<string> {
  const missing = [...world.notes.delivery.values()].filter((delivery) => delivery.status !== 'delivered');
  return new Set(missing.map((delivery) => delivery.event));
}
