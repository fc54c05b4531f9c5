import type Stripe from 'stripe';
import type { WebhookFault } from './faults.ts';
import { newId } from './ids.ts';
import { acacia, isOldVersion, olderShape } from './older-shapes.ts';
import { apiVersion, type StoredEvent, type World } from './world.ts';

type Loose = Record<string, unknown>;

/** The very text that an endpoint is sent for an event, in the shape of the endpoint's version; a fault may have it otherwise. */
export function webhookBody(
  world: World,
  event: StoredEvent,
  endpoint: Stripe.WebhookEndpoint,
  spoiling?: WebhookFault['mode'],
): string {
  const version = spoiling === 'acacia' ? acacia : (endpoint.api_version ?? apiVersion);
  const object = event.data.object as unknown as Loose;
  const told = { ...event, api_version: version };
  if (spoiling === 'livemode') {
    return JSON.stringify({ ...told, id: newId('evt'), livemode: true, data: { object: foreign(object) } }, null, 2);
  }
  if (spoiling === 'thin') {
    return JSON.stringify(notification(event, object), null, 2);
  }
  const data = isOldVersion(version) ? { ...event.data, object: olderShape(world, object) } : event.data;
  return JSON.stringify({ ...told, data }, null, 2);
}

/** An object that only live mode has, much like the one here. */
function foreign(object: Loose): Loose {
  const prefix = /^[a-z]+/.exec(String(object.id))?.[0] ?? 'obj';
  return { ...object, id: newId(prefix), ...('livemode' in object ? { livemode: true } : {}) };
}

/** The thin form: which object something happened to, and no more (https://docs.stripe.com/event-destinations#thin-events). */
function notification(event: StoredEvent, object: Loose): object {
  const kind = String(object.object);
  const url = `/v1/${kind.replace('.', '/')}s/${String(object.id)}`;
  return {
    id: newId('evt'),
    object: 'v2.core.event',
    type: `v1.${event.type}`,
    created: new Date(event.created * 1000).toISOString(),
    livemode: false,
    context: null,
    reason: null,
    related_object: { id: object.id, type: kind, url },
    snapshot_event: event.id,
  };
}
