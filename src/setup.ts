import { eventTypes } from '../webhooks/event-types.ts';
import type { Config } from './config.ts';
import { donationProductId } from './stripe/checkout-parameters.ts';
import { apiVersion, createStripeClient } from './stripe/client.ts';
import { type SetupResult, setupStripe } from './stripe/setup.ts';

/** Makes or repairs what one Stripe account must have; throws Stripe's own error where the key may not. */
export function setupAccount(input: {
  secretKey: string;
  apiBase: string | undefined;
  publicUrl: string;
  newsroomName: string;
  renewEndpoint?: boolean;
}): Promise<SetupResult> {
  return setupStripe({
    stripe: createStripeClient({ secretKey: input.secretKey, apiBase: input.apiBase }),
    publicUrl: input.publicUrl,
    apiVersion,
    eventTypes,
    productId: donationProductId,
    productName: `Donation to ${input.newsroomName}`,
    renewEndpoint: input.renewEndpoint,
  });
}

/** What was typed after `npm run setup --`. */
export type SetupWords = { renewSecret?: boolean };

/** `setup [--renew-secret]`: says what it changed, and a new endpoint's secret once. Throws where readers could not reach us safely. */
export async function setupCommand({ stripe, publicUrl, newsroom }: Config, { renewSecret = false }: SetupWords): Promise<void> {
  if (stripe.livemode && !publicUrl.startsWith('https://')) {
    throw new Error('PUBLIC_URL must be an https address in live mode');
  }
  const { secretKey, apiBase } = stripe;
  const input = { secretKey, apiBase, publicUrl, newsroomName: newsroom.name, renewEndpoint: renewSecret };
  const { webhookSecret, changes } = await setupAccount(input);
  console.log(changes.length ? changes.join('\n') : 'nothing to change');
  if (webhookSecret) {
    console.log(`\nThe endpoint's secret, told this once. Put it into the environment:\nSTRIPE_WEBHOOK_SECRET=${webhookSecret}`);
  }
}
