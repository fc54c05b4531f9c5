import type Stripe from 'stripe';
import { collectInvoice } from './collection.ts';
import { invalidParameter, Refusal, refusedState } from './errors.ts';
import { anything, group, listOf, mergedMetadata, needed, type Output, oneOf, text, wholeNumber } from './fields.ts';
import { newId } from './ids.ts';
import { createInvoice } from './invoice-creation.ts';
import { finalizeInvoice } from './invoices.ts';
import { attachPaymentMethod, judged, usePaymentMethod } from './payment-methods.ts';
import { createPrice, itemPriceData } from './prices.ts';
import { sharedSubscriptionFields, trialSettingsOf } from './subscription-updates.ts';
import { createSubscription } from './subscriptions.ts';
import { scheduleTrial } from './trials.ts';
import { get, idOf, type World } from './world.ts';

/** What may be sent when a subscription is made without Checkout. */
export const startFields = {
  ...sharedSubscriptionFields,
  customer: needed(text),
  items: needed(listOf(group({ price: text, price_data: itemPriceData, quantity: wholeNumber(1) }))),
  payment_behavior: oneOf('allow_incomplete', 'default_incomplete', 'error_if_incomplete'),
  billing_mode: anything,
  trial_period_days: wholeNumber(1, 730),
};

type Params = Output<typeof startFields>;

/** A subscription made without Checkout: paid at once from the card on file, or left incomplete, as `payment_behavior` says. */
export function startSubscription(world: World, params: Params): Stripe.Subscription {
  const customer = get(world, 'customer', params.customer, 'customer');
  const items = params.items.map((item, position) => toItem(world, item, `items[${position}]`));
  const named = params.default_payment_method;
  const method = named ? usePaymentMethod(world, named, {}, 'default_payment_method') : null;
  const behavior = params.payment_behavior ?? 'allow_incomplete';
  const payingMethod = method?.id ?? idOf(customer.invoice_settings.default_payment_method);
  const trialEnd = params.trial_period_days ? world.clock.seconds() + params.trial_period_days * 86_400 : null;
  if (!payingMethod && behavior !== 'default_incomplete' && trialEnd === null) {
    throw refusedState('This customer has no attached payment source or default payment method.', 'resource_missing');
  }
  if (behavior === 'error_if_incomplete' && trialEnd === null) {
    refuseUnlessPaid(world, payingMethod);
  }
  if (method) {
    attachPaymentMethod(world, method, customer.id);
  }
  const firstInvoice = newId('in');
  const subscription = createSubscription(world, {
    customer: customer.id,
    items,
    metadata: mergedMetadata({}, params.metadata),
    description: params.description ?? null,
    paymentMethod: method?.id ?? null,
    firstInvoice,
    trialEnd,
    trialSettings: trialSettingsOf(params),
  });
  const invoice = createInvoice(world, subscription, 'subscription_create', firstInvoice);
  finalizeInvoice(world, invoice);
  if (trialEnd !== null) {
    scheduleTrial(world, subscription);
  } else if (behavior !== 'default_incomplete') {
    collectInvoice(world, invoice, { isOffSession: params.off_session ?? false });
  }
  return subscription;
}

function toItem(world: World, item: Params['items'][number], param: string): { price: Stripe.Price; quantity: number } {
  const price = item.price
    ? get(world, 'price', item.price, `${param}[price]`)
    : item.price_data && createPrice(world, { ...item.price_data, active: false }, `${param}[price_data]`);
  if (!price?.recurring) {
    throw invalidParameter('Each item needs a recurring `price` or `price_data`.', param);
  }
  return { price, quantity: item.quantity ?? 1 };
}

/** 402 where the first payment would not succeed, before anything is made. */
function refuseUnlessPaid(world: World, paymentMethod: string): void {
  const method = get(world, 'payment_method', paymentMethod, 'default_payment_method');
  const verdict = judged(world, method, { isAuthenticated: false, isOffSession: false });
  if (verdict.outcome === 'decline') {
    throw new Refusal(402, { type: 'card_error', ...verdict.decline });
  }
  if (verdict.outcome === 'authenticate') {
    const message = 'Payment for this subscription requires additional user action before it can be completed successfully.';
    throw new Refusal(402, { type: 'card_error', code: 'subscription_payment_intent_requires_action', message });
  }
}
