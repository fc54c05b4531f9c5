import { askStripe, type StripeAccess } from './ask-stripe.ts';
import { cancelAtStripe } from './cancel-at-stripe.ts';
import { checkoutParameters } from './checkout-parameters.ts';
import { brief, createStripeClient, type StripeSettings } from './client.ts';
import { createRefund, listRefunds } from './create-refund.ts';
import type { StripeGateway } from './gateway.ts';
import { openCardPage } from './open-card-page.ts';
import { expireCheckout, openCheckout, readCheckout } from './read-checkout.ts';
import { readDispute, readEarlyFraudWarning } from './read-dispute.ts';
import { createLists } from './read-lists.ts';
import { readInvoice, readPayment, readRefund } from './read-payment.ts';
import { listPayoutLines, readBalanceTransaction, readPayout } from './read-payout.ts';
import { toSubscription } from './to-subscription.ts';

/**
 * What we ask of Stripe, asked over HTTP. Every method throws an AppError: stripe-unavailable (with the seconds to wait),
 * stripe-object-gone, stripe-refused (with Stripe's code) or stripe-value-unknown.
 */
export function createStripeGateway(settings: StripeSettings): StripeGateway {
  const access: StripeAccess = { client: createStripeClient(settings), livemode: settings.secretKey.includes('_live_') };
  const { client, livemode } = access;
  return {
    ...createLists(access),
    async createCheckout(request, key) {
      const asked = client.checkout.sessions.create(checkoutParameters(request), { idempotencyKey: key, ...brief });
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
    getDispute: (disputeId) => readDispute(access, disputeId),
    getEarlyFraudWarning: (warningId) => readEarlyFraudWarning(access, warningId),
    getPayout: (payoutId) => readPayout(access, payoutId),
    listPayoutLines: (payoutId, after) => listPayoutLines(access, payoutId, after),
    getBalanceTransaction: (id) => readBalanceTransaction(access, id),
    createRefund: (request, key) => createRefund(access, request, key),
    listRefunds: (paymentIntentId) => listRefunds(access, paymentIntentId),
    openCardPage: (customerId, returnUrl) => openCardPage(access, customerId, returnUrl),
    cancelSubscription: (subscriptionId) => cancelAtStripe(access, subscriptionId),
  };
}
