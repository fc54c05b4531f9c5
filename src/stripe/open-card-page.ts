import { askStripe, type StripeAccess } from './ask-stripe.ts';

/** Stripe's own page for changing the card of one customer (docs.stripe.com/customer-management/portal-deep-links); it can do nothing else. */
export async function openCardPage({ client, livemode }: StripeAccess, customerId: string, returnUrl: string): Promise<string> {
  const asked = client.billingPortal.sessions.create({
    customer: customerId,
    return_url: returnUrl,
    flow_data: {
      type: 'payment_method_update',
      after_completion: { type: 'redirect', redirect: { return_url: returnUrl } },
    },
  });
  const { url } = await askStripe(asked, 'billing_portal.session', livemode);
  return url;
}
