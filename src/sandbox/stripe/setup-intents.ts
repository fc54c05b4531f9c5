import type Stripe from 'stripe';
import { checkPaymentMethodTypes } from './checkout-rules.ts';
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
} from './fields.ts';
import { page, pageFields } from './pagination.ts';
import { usePaymentMethod } from './payment-methods.ts';
import { type Route, route } from './route.ts';
import { attemptSetup, cancelSetup, setupRefusal } from './setup.ts';
import { createSetupIntent } from './setup-intent-creation.ts';
import { get, idOf, newestFirst, type World } from './world.ts';

const confirmFields = { payment_method: text, return_url: webAddress, use_stripe_sdk: flag, mandate_data: anything };

const createFields = {
  ...confirmFields,
  customer: text,
  description: shortText(1000),
  metadata,
  usage: oneOf('off_session', 'on_session'),
  confirm: flag,
  payment_method_types: listOf(text),
  automatic_payment_methods: group({ enabled: needed(flag), allow_redirects: oneOf('always', 'never') }),
};

type Confirmation = { payment_method?: string | null; return_url?: string | null };

function confirm(world: World, intent: Stripe.SetupIntent, params: Confirmation): Stripe.SetupIntent {
  const named = params.payment_method ?? idOf(intent.payment_method);
  if (!named) {
    const message =
      "You cannot confirm this SetupIntent because it's missing a payment method. Update the SetupIntent with a payment method and then confirm it again.";
    throw invalidParameter(message, 'payment_method', 'setup_intent_unexpected_state');
  }
  attemptSetup(world, intent, usePaymentMethod(world, named), { returnUrl: params.return_url });
  if (intent.status === 'requires_payment_method') {
    throw setupRefusal(intent);
  }
  return intent;
}

/** Setup intents keep a card for later: create, retrieve, confirm, cancel, list. */
export const setupIntentRoutes: Route[] = [
  route('post', '/v1/setup_intents', createFields, (world, { params, version }) => {
    checkPaymentMethodTypes(params, version);
    if (params.customer) {
      get(world, 'customer', params.customer, 'customer');
    }
    const method = params.payment_method ? usePaymentMethod(world, params.payment_method) : null;
    const intent = createSetupIntent(world, {
      customer: params.customer,
      description: params.description,
      metadata: mergedMetadata({}, params.metadata),
      usage: params.usage,
      allowRedirects: params.automatic_payment_methods?.allow_redirects,
    });
    if (method) {
      change(world, intent, { payment_method: method.id, status: 'requires_confirmation' });
    }
    return params.confirm ? confirm(world, intent, { ...params, payment_method: method?.id }) : intent;
  }),
  route(
    'get',
    '/v1/setup_intents',
    { ...pageFields, customer: text, payment_method: text, created: createdFilter },
    (world, { params }) => {
      const rows = newestFirst(world, 'setup_intent').filter(
        (intent) =>
          (!params.customer || intent.customer === params.customer) &&
          (!params.payment_method || intent.payment_method === params.payment_method) &&
          (params.created?.(intent.created) ?? true),
      );
      return page(rows, params, '/v1/setup_intents');
    },
  ),
  route('get', '/v1/setup_intents/{id}', { client_secret: text }, (world, { id }) => get(world, 'setup_intent', id)),
  route('post', '/v1/setup_intents/{id}/confirm', confirmFields, (world, { id, params }) =>
    confirm(world, get(world, 'setup_intent', id), params),
  ),
  route(
    'post',
    '/v1/setup_intents/{id}/cancel',
    { cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') },
    (world, { id, params }) => {
      const intent = get(world, 'setup_intent', id);
      cancelSetup(world, intent, params.cancellation_reason ?? null);
      return intent;
    },
  ),
];
