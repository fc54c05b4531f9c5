import type Stripe from 'stripe';
import { change, emit } from './events.ts';
import { flag, group, listOf, mergedMetadata, metadata, needed, type Output, oneOf, text, webAddress } from './fields.ts';
import { newId } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import { cancellationFeedback } from './subscription-updates.ts';
import { get, insert, newestFirst, type World } from './world.ts';

const proration = oneOf('always_invoice', 'create_prorations', 'none');

const featureFields = {
  customer_update: group({
    enabled: needed(flag),
    allowed_updates: listOf(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id')),
  }),
  invoice_history: group({ enabled: needed(flag) }),
  payment_method_update: group({ enabled: needed(flag) }),
  subscription_cancel: group({
    enabled: needed(flag),
    mode: oneOf('at_period_end', 'immediately'),
    proration_behavior: proration,
    cancellation_reason: group({ enabled: needed(flag), options: listOf(cancellationFeedback) }),
  }),
  subscription_pause: group({ enabled: flag }),
  subscription_update: group({
    enabled: needed(flag),
    default_allowed_updates: listOf(oneOf('price', 'promotion_code', 'quantity')),
    proration_behavior: proration,
  }),
};

const fields = {
  active: flag,
  business_profile: group({ headline: text, privacy_policy_url: webAddress, terms_of_service_url: webAddress }),
  default_return_url: webAddress,
  features: group(featureFields),
  metadata,
  name: text,
};
const createFields = { ...fields, features: needed(group(featureFields)) };

function createConfiguration(world: World, params: Output<typeof createFields>): Stripe.BillingPortal.Configuration {
  const now = world.clock.seconds();
  const configuration = insert(world, 'billing_portal.configuration', {
    id: newId('bpc'),
    object: 'billing_portal.configuration',
    active: true,
    application: null,
    business_profile: { headline: null, privacy_policy_url: null, terms_of_service_url: null, ...sent(params.business_profile) },
    created: now,
    default_return_url: params.default_return_url ?? null,
    features: featuresOf(params.features),
    is_default: world.tables['billing_portal.configuration'].size === 0,
    livemode: false,
    login_page: { enabled: false, url: null },
    metadata: mergedMetadata({}, params.metadata),
    name: params.name ?? null,
    updated: now,
  });
  emit(world, 'billing_portal.configuration.created', configuration);
  return configuration;
}

function featuresOf(asked: Output<typeof featureFields>): Stripe.BillingPortal.Configuration.Features {
  const { subscription_cancel: cancel } = asked;
  return {
    customer_update: { enabled: false, allowed_updates: [], ...sent(asked.customer_update) },
    invoice_history: { enabled: false, ...sent(asked.invoice_history) },
    payment_method_update: { enabled: false, payment_method_configuration: null, ...sent(asked.payment_method_update) },
    subscription_cancel: {
      enabled: cancel?.enabled ?? false,
      mode: cancel?.mode ?? 'at_period_end',
      proration_behavior: cancel?.proration_behavior ?? 'none',
      cancellation_reason: { enabled: false, feedback_options: null, options: [], ...sent(cancel?.cancellation_reason) },
    },
    subscription_pause: {
      duration: { interval_options: [], type: 'indefinite' },
      enabled: false,
      ...sent(asked.subscription_pause),
    },
    subscription_update: {
      billing_cycle_anchor: null,
      default_allowed_updates: [],
      enabled: false,
      proration_behavior: 'none',
      schedule_at_period_end: { conditions: [] },
      trial_update_behavior: 'end_trial',
      ...sent(asked.subscription_update),
    },
  };
}

type Present<T> = { [K in keyof T]?: NonNullable<T[K]> };

/** What was sent of a group, without what was left away or cleared. */
function sent<T extends object>(values: T | null | undefined): Present<T> {
  return Object.fromEntries(Object.entries(values ?? {}).filter(([, value]) => value != null)) as Present<T>;
}

const path = '/v1/billing_portal/configurations';

/** What the page offers on which donors manage what they give: create, retrieve, update, list. It is kept; the simulator's page does not follow it. */
export const portalConfigurationRoutes: Route[] = [
  route('post', path, createFields, (world, { params }) => createConfiguration(world, params)),
  route('get', path, { ...pageFields, active: flag, is_default: flag }, (world, { params }) => {
    const rows = newestFirst(world, 'billing_portal.configuration').filter(
      (row) =>
        (params.active == null || row.active === params.active) &&
        (params.is_default == null || row.is_default === params.is_default),
    );
    return page(rows, params, path);
  }),
  route('get', `${path}/{id}`, {}, (world, { id }) => get(world, 'billing_portal.configuration', id)),
  route('post', `${path}/{id}`, fields, (world, { id, params }) => {
    const configuration = get(world, 'billing_portal.configuration', id);
    const patch = {
      active: params.active ?? configuration.active,
      business_profile: { ...configuration.business_profile, ...sent(params.business_profile) },
      default_return_url: params.default_return_url === undefined ? configuration.default_return_url : params.default_return_url,
      features: { ...configuration.features, ...(params.features ? pickAsked(params.features) : {}) },
      metadata: mergedMetadata(configuration.metadata ?? {}, params.metadata),
      name: params.name === undefined ? configuration.name : params.name,
      updated: world.clock.seconds(),
    };
    change(world, configuration, patch, 'billing_portal.configuration.updated');
    return configuration;
  }),
];

/** Only the features that an update speaks of, whole. */
function pickAsked(asked: Output<typeof featureFields>): Partial<Stripe.BillingPortal.Configuration.Features> {
  const names = Object.keys(sent(asked));
  return Object.fromEntries(Object.entries(featuresOf(asked)).filter(([name]) => names.includes(name)));
}
