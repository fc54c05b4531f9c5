import type Stripe from 'stripe';
import { change } from './events.ts';
import { flag, listOf, mergedMetadata, metadata, needed, text, webAddress } from './fields.ts';
import { newId, randomText } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { get, insert, newestFirst } from './world.ts';

const createFields = {
  url: needed(webAddress),
  enabled_events: needed(listOf(text)),
  api_version: text,
  description: text,
  metadata,
  connect: flag,
};

/** Webhook endpoints: create (the secret is told only here), retrieve, update, delete, list. */
export const webhookEndpointRoutes: Route[] = [
  route('post', '/v1/webhook_endpoints', createFields, (world, { params }): Stripe.WebhookEndpoint => {
    const id = newId('we');
    const secret = `whsec_${randomText(32)}`;
    world.notes.secret.set(id, { id, secrets: [secret] });
    const endpoint = insert(world, 'webhook_endpoint', {
      id,
      object: 'webhook_endpoint',
      api_version: params.api_version ?? null,
      application: null,
      created: world.clock.seconds(),
      description: params.description ?? null,
      enabled_events: params.enabled_events,
      livemode: false,
      metadata: mergedMetadata({}, params.metadata),
      status: 'enabled',
      url: params.url,
    });
    return { ...endpoint, secret };
  }),
  route('get', '/v1/webhook_endpoints', pageFields, (world, { params }) =>
    page(newestFirst(world, 'webhook_endpoint'), params, '/v1/webhook_endpoints'),
  ),
  route('get', '/v1/webhook_endpoints/{id}', {}, (world, { id }) => get(world, 'webhook_endpoint', id)),
  route(
    'post',
    '/v1/webhook_endpoints/{id}',
    { url: webAddress, enabled_events: listOf(text), description: text, metadata, disabled: flag },
    (world, { id, params }) => {
      const endpoint = get(world, 'webhook_endpoint', id);
      change(world, endpoint, {
        url: params.url ?? endpoint.url,
        enabled_events: params.enabled_events ?? endpoint.enabled_events,
        description: params.description === undefined ? endpoint.description : params.description,
        metadata: mergedMetadata(endpoint.metadata, params.metadata),
        status: params.disabled == null ? endpoint.status : params.disabled ? 'disabled' : 'enabled',
      });
      return endpoint;
    },
  ),
  route('delete', '/v1/webhook_endpoints/{id}', {}, (world, { id }) => {
    get(world, 'webhook_endpoint', id);
    world.tables.webhook_endpoint.delete(id);
    world.notes.secret.delete(id);
    return { id, object: 'webhook_endpoint', deleted: true };
  }),
];
