import type Stripe from 'stripe';
import { emit } from './events.ts';
import { newId, randomText } from './ids.ts';
import { insert, type World } from './world.ts';

type SetupInput = {
  customer?: string | null;
  description?: string | null;
  metadata: Stripe.Metadata;
  usage?: 'off_session' | 'on_session' | null;
  allowRedirects?: 'always' | 'never' | null;
};

/** A new setup intent that waits for a payment method to keep for later. */
export function createSetupIntent(world: World, input: SetupInput): Stripe.SetupIntent {
  const id = newId('seti');
  const intent = insert(world, 'setup_intent', {
    ...unusedSetupFields,
    id,
    object: 'setup_intent',
    automatic_payment_methods: { allow_redirects: input.allowRedirects ?? 'always', enabled: true },
    client_secret: `${id}_secret_${randomText(25)}`,
    created: world.clock.seconds(),
    customer: input.customer ?? null,
    description: input.description ?? null,
    livemode: false,
    metadata: { ...input.metadata },
    payment_method_options: { card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' } },
    payment_method_types: ['card'],
    status: 'requires_payment_method',
    usage: input.usage ?? 'off_session',
  });
  emit(world, 'setup_intent.created', intent);
  return intent;
}

const unusedSetupFields = {
  allowed_payment_method_types: null,
  application: null,
  cancellation_reason: null,
  customer_account: null,
  excluded_payment_method_types: null,
  flow_directions: null,
  last_setup_error: null,
  latest_attempt: null,
  managed_payments: null,
  mandate: null,
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  single_use_mandate: null,
} satisfies Partial<Stripe.SetupIntent>;
