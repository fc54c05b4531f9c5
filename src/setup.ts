import { eventTypes } from '../webhooks/event-types.ts';
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
