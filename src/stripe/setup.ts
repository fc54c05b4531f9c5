import type Stripe from 'stripe';

/** What Stripe must have for us, made or repaired. */
export type SetupResult = {
  /** The endpoint's signing secret; Stripe tells it only when the endpoint is made, so it is undefined for one that was there. */
  webhookSecret: string | undefined;
  /** What was made or changed, a line each. */
  changes: string[];
};

type SetupInput = {
  stripe: Stripe;
  publicUrl: string;
  apiVersion: string;
  eventTypes: readonly string[];
  productId: string;
  productName: string;
  /** Makes the endpoint anew although it is right: its secret was lost. */
  renewEndpoint?: boolean;
};

/**
 * Makes or repairs the product that gifts are priced on and the webhook endpoint with our events at our API version; safe twice.
 * An endpoint of another API version cannot be changed at Stripe: it is made anew and the old one removed.
 */
export async function setupStripe(input: SetupInput): Promise<SetupResult> {
  const changes: string[] = [];
  await ensureProduct(input, changes);
  const webhookSecret = await ensureEndpoint(input, changes);
  return { webhookSecret, changes };
}

async function ensureProduct({ stripe, productId, productName }: SetupInput, changes: string[]): Promise<void> {
  const found = await stripe.products.retrieve(productId).catch((error) => {
    if (error?.code === 'resource_missing') return undefined;
    throw error;
  });
  if (!found) {
    await stripe.products.create({ id: productId, name: productName });
    changes.push(`product ${productId} made`);
  } else if (!found.active || found.name !== productName) {
    await stripe.products.update(productId, { active: true, name: productName });
    changes.push(`product ${productId} repaired`);
  }
}

async function ensureEndpoint(input: SetupInput, changes: string[]): Promise<string | undefined> {
  const { stripe, apiVersion } = input;
  const url = `${input.publicUrl}/webhooks/stripe`;
  const enabled_events = [...input.eventTypes] as Stripe.WebhookEndpointCreateParams.EnabledEvent[];
  const found = await findEndpoint(stripe, url);
  if (found && found.api_version === apiVersion && !input.renewEndpoint) {
    const same = [...found.enabled_events].sort().join() === [...enabled_events].sort().join();
    if (!same || found.status !== 'enabled') {
      await stripe.webhookEndpoints.update(found.id, { enabled_events, disabled: false });
      changes.push(`webhook endpoint ${found.id} repaired`);
    }
    return undefined;
  }
  const made = await stripe.webhookEndpoints.create({
    url,
    enabled_events,
    api_version: apiVersion as Stripe.WebhookEndpointCreateParams['api_version'],
    description: 'Gratis',
  });
  changes.push(`webhook endpoint ${made.id} made`);
  if (found) {
    await stripe.webhookEndpoints.del(found.id);
    changes.push(`webhook endpoint ${found.id} removed: the new one takes its place`);
  }
  return made.secret;
}

async function findEndpoint(stripe: Stripe, url: string): Promise<Stripe.WebhookEndpoint | undefined> {
  for await (const endpoint of stripe.webhookEndpoints.list({ limit: 100 })) {
    if (endpoint.url === url) return endpoint;
  }
  return undefined;
}
