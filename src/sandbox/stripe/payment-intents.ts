import { checkPaymentMethodTypes } from './checkout-rules.ts';
import { checkChargeable, checkedCurrency } from './currencies.ts';
import { invalidParameter } from './errors.ts';
import { change } from './events.ts';
import {
  anything,
  createdFilter,
  flag,
  group,
  listOf,
  mergedMetadata,
  metadata,
  needed,
  oneOf,
  shortText,
  text,
  webAddress,
  wholeNumber,
} from './fields.ts';
import { createIntent } from './intent-creation.ts';
import { page, pageFields } from './pagination.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { cancelIntent, captureIntent, cardRefusal, unexpectedState } from './payments.ts';
import { type Route, route } from './route.ts';
import { confirmIntent } from './settlement.ts';
import { get, idOf, newestFirst, type World } from './world.ts';

const confirmFields = {
  payment_method: text,
  payment_method_types: listOf(text),
  return_url: webAddress,
  off_session: flag,
  receipt_email: text,
  setup_future_usage: oneOf('off_session', 'on_session'),
  use_stripe_sdk: flag,
  error_on_requires_action: flag,
  mandate_data: anything,
  payment_method_options: anything,
  shipping: anything,
};

const sharedFields = {
  ...confirmFields,
  customer: text,
  description: shortText(1000),
  metadata,
  statement_descriptor_suffix: shortText(22),
};

const automaticMethods = group({ enabled: needed(flag), allow_redirects: oneOf('always', 'never') });

const createFields = {
  ...sharedFields,
  amount: needed(wholeNumber()),
  currency: needed(text),
  confirm: flag,
  automatic_payment_methods: automaticMethods,
  allowed_payment_method_types: listOf(text),
  excluded_payment_method_types: listOf(text),
  confirmation_method: oneOf('automatic', 'manual'),
  capture_method: oneOf('automatic', 'automatic_async', 'manual'),
};

type Confirmation = { payment_method?: string | null; return_url?: string | null; off_session?: boolean | null };

function confirm(world: World, id: string, params: Confirmation) {
  const intent = get(world, 'payment_intent', id);
  const named = params.payment_method ?? idOf(intent.payment_method);
  if (!named) {
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. Update the PaymentIntent with a payment method and then confirm it again.";
    throw invalidParameter(message, 'payment_method', 'payment_intent_unexpected_state');
  }
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpectedState(intent, 'confirm');
  }
  const attempt = { isOffSession: params.off_session ?? false, returnUrl: params.return_url };
  confirmIntent(world, intent, usePaymentMethod(world, named), attempt);
  if (intent.status === 'requires_payment_method') {
    throw cardRefusal(intent);
  }
  return intent;
}

/** Payment intents: create, retrieve, update, confirm, capture, cancel, list. */
export const paymentIntentRoutes: Route[] = [
  route('post', '/v1/payment_intents', createFields, (world, { params, version }) => {
    checkPaymentMethodTypes(params, version);
    const currency = checkedCurrency(params.currency, 'currency');
    checkChargeable(params.amount, currency, 'amount');
    if (params.customer) {
      get(world, 'customer', params.customer, 'customer');
    }
    const method = params.payment_method ? usePaymentMethod(world, params.payment_method) : null;
    const intent = createIntent(world, {
      amount: params.amount,
      currency,
      customer: params.customer,
      description: params.description,
      metadata: mergedMetadata({}, params.metadata),
      receiptEmail: params.receipt_email,
      statementDescriptorSuffix: params.statement_descriptor_suffix,
      setupFutureUsage: params.setup_future_usage,
      captureMethod: params.capture_method ?? undefined,
      confirmationMethod: params.confirmation_method ?? undefined,
      automaticPaymentMethods: params.automatic_payment_methods
        ? {
            enabled: params.automatic_payment_methods.enabled,
            allow_redirects: params.automatic_payment_methods.allow_redirects ?? 'always',
          }
        : { enabled: true, allow_redirects: 'always' },
      allowedPaymentMethodTypes: params.allowed_payment_method_types,
      paymentMethodTypes: params.payment_method_types,
      excludedPaymentMethodTypes: params.excluded_payment_method_types,
    });
    if (method) {
      change(world, intent, { payment_method: method.id, status: 'requires_confirmation' });
    }
    return params.confirm ? confirm(world, intent.id, { ...params, payment_method: method?.id }) : intent;
  }),
  route('get', '/v1/payment_intents', { ...pageFields, customer: text, created: createdFilter }, (world, { params }) => {
    const rows = newestFirst(world, 'payment_intent').filter(
      (intent) => (!params.customer || intent.customer === params.customer) && (params.created?.(intent.created) ?? true),
    );
    return page(rows, params, '/v1/payment_intents');
  }),
  route('get', '/v1/payment_intents/{id}', { client_secret: text }, (world, { id }) => get(world, 'payment_intent', id)),
  route('post', '/v1/payment_intents/{id}', { ...sharedFields, amount: wholeNumber() }, (world, { id, params, version }) => {
    checkPaymentMethodTypes(params, version);
    const intent = get(world, 'payment_intent', id);
    if (params.amount != null) {
      if (intent.status === 'succeeded' || intent.status === 'canceled') {
        throw unexpectedState(intent, 'update');
      }
      checkChargeable(params.amount, intent.currency, 'amount');
    }
    const { customer, description, receipt_email, setup_future_usage, statement_descriptor_suffix } = params;
    const sent = Object.entries({ customer, description, receipt_email, setup_future_usage, statement_descriptor_suffix });
    change(world, intent, {
      ...Object.fromEntries(sent.filter(([, value]) => value !== undefined)),
      amount: params.amount ?? intent.amount,
      metadata: mergedMetadata(intent.metadata, params.metadata),
    });
    if (params.payment_method) {
      change(world, intent, {
        payment_method: usePaymentMethod(world, params.payment_method).id,
        status: 'requires_confirmation',
      });
    }
    return intent;
  }),
  route('post', '/v1/payment_intents/{id}/confirm', confirmFields, (world, { id, params, version }) => {
    checkPaymentMethodTypes(params, version);
    return confirm(world, id, params);
  }),
  route('post', '/v1/payment_intents/{id}/capture', { amount_to_capture: wholeNumber(1), metadata }, (world, { id, params }) => {
    const intent = get(world, 'payment_intent', id);
    if (params.amount_to_capture != null && params.amount_to_capture !== intent.amount_capturable) {
      throw invalidParameter('The simulator captures the whole amount or nothing.', 'amount_to_capture');
    }
    captureIntent(world, intent);
    change(world, intent, { metadata: mergedMetadata(intent.metadata, params.metadata) });
    return intent;
  }),
  route(
    'post',
    '/v1/payment_intents/{id}/cancel',
    { cancellation_reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned') },
    (world, { id, params }) => {
      const intent = get(world, 'payment_intent', id);
      cancelIntent(world, intent, params.cancellation_reason ?? null);
      return intent;
    },
  ),
];
