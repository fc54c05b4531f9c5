import Stripe from 'stripe';
import { askStripe, type StripeAccess } from './ask-stripe.ts';
import { cancelAtStripe } from './cancel-at-stripe.ts';
import { checkoutParameters } from './checkout-parameters.ts';
import type { StripeGateway } from './gateway.ts';
import { expireCheckout, openCheckout, readCheckout } from './read-checkout.ts';
import { readInvoice, readPayment, readRefund } from './read-payment.ts';
import { toSubscription } from './to-subscription.ts';

/** The version whose shapes the whole service is written for, whatever the account's default is. */
export const apiVersion = '2026-10-28.endive';

/** The client itself, for what only setup asks. `apiBase`: another host that speaks Stripe's API. */
export function createStripeAccess({ secretKey, apiBase }: { secretKey: string; apiBase?: string }): StripeAccess {
  const client = new Stripe(secretKey, {
    apiVersion,
    maxNetworkRetries: 2,
    timeout: 20_000,
    telemetry: false,
    ...(apiBase && hostOf(apiBase)),
  });
  return { client, livemode: secretKey.includes('_live_') };
}

/**
 * What we ask of Stripe, asked over HTTP. Every method throws an AppError: stripe-unavailable (with the seconds to wait),
 * stripe-object-gone, stripe-refused (with Stripe's code) or stripe-value-unknown.
 */
export function createStripeGateway(settings: { secretKey: string; apiBase?: string }): StripeGateway {
  const access = createStripeAccess(settings);
  const { client, livemode } = access;
  return {
    async createCheckout(request, key) {
      const asked = client.checkout.sessions.create(checkoutParameters(request), { idempotencyKey: key });
      return openCheckout(await askStripe(asked, 'checkout.session', livemode));
    },
    expireCheckout: (checkoutId) => expireCheckout(access, checkoutId),
    getCheckout: (checkoutId) => readCheckout(access, checkoutId),
    getPayment: (paymentIntentId, options) => readPayment(access, paymentIntentId, options),
    getInvoice: (invoiceId) => readInvoice(access, invoiceId),
    async getSubscription(subscriptionId) {
      return toSubscription(await askStripe(client.subscriptions.retrieve(subscriptionId), 'subscription', livemode));
    },
    getRefund: (refundId) => readRefund(access, refundId),
    cancelSubscription: (subscriptionId) => cancelAtStripe(access, subscriptionId),
  };
}

function hostOf(apiBase: string): { host: string; port: string; protocol: 'http' | 'https' } {
  const { hostname, port, protocol } = new URL(apiBase);
  const plain = protocol === 'http:';
  return { host: hostname, port: port || (plain ? '80' : '443'), protocol: plain ? 'http' : 'https' };
}
