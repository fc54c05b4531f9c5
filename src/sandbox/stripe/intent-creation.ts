import type Stripe from 'stripe';
import { offeredTypes } from './bank-accounts.ts';
import { emit } from './events.ts';
import { newId, randomText } from './ids.ts';
import { insert, type World } from './world.ts';

type IntentInput = {
  amount: number;
  currency: string;
  customer?: string | null;
  description?: string | null;
  metadata?: Stripe.Metadata;
  receiptEmail?: string | null;
  statementDescriptorSuffix?: string | null;
  setupFutureUsage?: 'off_session' | 'on_session' | null;
  captureMethod?: 'automatic' | 'automatic_async' | 'manual';
  confirmationMethod?: 'automatic' | 'manual';
  automaticPaymentMethods?: Stripe.PaymentIntent.AutomaticPaymentMethods | null;
  allowedPaymentMethodTypes?: string[] | null;
  excludedPaymentMethodTypes?: string[] | null;
  /** As older versions name them; else what fits the currency. */
  paymentMethodTypes?: string[] | null;
};

/** A new payment intent that waits for a payment method. */
export function createIntent(world: World, input: IntentInput): Stripe.PaymentIntent {
  const id = newId('pi');
  const intent = insert(world, 'payment_intent', {
    ...unusedIntentFields,
    id,
    object: 'payment_intent',
    allowed_payment_method_types: (input.allowedPaymentMethodTypes ??
      null) as Stripe.PaymentIntent['allowed_payment_method_types'],
    amount: input.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    automatic_payment_methods: input.automaticPaymentMethods ?? null,
    capture_method: input.captureMethod ?? 'automatic_async',
    client_secret: `${id}_secret_${randomText(25)}`,
    confirmation_method: input.confirmationMethod ?? 'automatic',
    created: world.clock.seconds(),
    currency: input.currency,
    customer: input.customer ?? null,
    description: input.description ?? null,
    excluded_payment_method_types: (input.excludedPaymentMethodTypes ??
      null) as Stripe.PaymentIntent['excluded_payment_method_types'],
    livemode: false,
    metadata: { ...input.metadata },
    payment_method_options: {
      card: { installments: null, mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types:
      input.paymentMethodTypes ??
      offeredTypes(input.currency, { allowed: input.allowedPaymentMethodTypes, excluded: input.excludedPaymentMethodTypes }),
    receipt_email: input.receiptEmail ?? null,
    setup_future_usage: input.setupFutureUsage ?? null,
    statement_descriptor_suffix: input.statementDescriptorSuffix ?? null,
    status: 'requires_payment_method',
  });
  emit(world, 'payment_intent.created', intent);
  return intent;
}

const unusedIntentFields = {
  application: null,
  application_fee_amount: null,
  canceled_at: null,
  cancellation_reason: null,
  customer_account: null,
  last_payment_error: null,
  latest_charge: null,
  managed_payments: null,
  next_action: null,
  on_behalf_of: null,
  payment_method: null,
  payment_method_configuration_details: null,
  payment_record: null,
  processing: null,
  review: null,
  shipping: null,
  source: null,
  statement_descriptor: null,
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<Stripe.PaymentIntent>;
