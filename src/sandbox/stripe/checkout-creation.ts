import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { offeredTypes } from './bank-accounts.ts';
import type { sessionFields } from './checkout-fields.ts';
import { checkedSession } from './checkout-rules.ts';
import { mergedMetadata, type Output } from './fields.ts';
import { newId, randomText } from './ids.ts';
import { createInlinePrice } from './prices.ts';
import { get, idOf, insert, type World } from './world.ts';

type Params = Output<typeof sessionFields>;

/** A new open session that expires by itself; nothing is made where something is refused. */
export function createSession(world: World, params: Params, version: string): Stripe.Checkout.Session {
  const expiresAt = checkedSession(world, params, version);
  const id = `cs_test_${randomText(58)}`;
  const items = (params.line_items ?? []).map((line, position) => toLineItem(world, line, position));
  const total = items.reduce((sum, item) => sum + item.amount_total, 0);
  const isPayment = params.mode === 'payment';
  const session = insert(world, 'checkout.session', {
    ...unusedSessionFields,
    ...askedFor(params),
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    amount_subtotal: total,
    amount_total: total,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    consent_collection: consentOf(params),
    created: world.clock.seconds(),
    currency: items[0]?.currency ?? null,
    custom_fields: [],
    customer_creation: params.customer ? null : isPayment ? (params.customer_creation ?? 'if_required') : 'always',
    customer_details: params.customer_email ? customerDetails(params.customer_email, null) : null,
    discounts: [],
    ...(params.excluded_payment_method_types ? { excluded_payment_method_types: params.excluded_payment_method_types } : {}),
    expires_at: expiresAt,
    invoice_creation: isPayment ? { enabled: false, invoice_data: emptyInvoiceData } : null,
    livemode: false,
    metadata: mergedMetadata({}, params.metadata),
    mode: params.mode,
    payment_method_collection: isPayment ? 'if_required' : (params.payment_method_collection ?? 'always'),
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types:
      params.payment_method_types ??
      offeredTypes(items[0]?.currency ?? 'usd', {
        allowed: params.allowed_payment_method_types,
        excluded: params.excluded_payment_method_types,
      }),
    payment_status: 'unpaid',
    phone_number_collection: { enabled: params.phone_number_collection?.enabled ?? false },
    saved_payment_method_options: isPayment
      ? null
      : { allow_redisplay_filters: ['always'], payment_method_remove: 'disabled', payment_method_save: null },
    shipping_options: [],
    status: 'open',
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${world.settings.url}/c/pay/${id}`,
  });
  keepNote(world, id, params, items);
  schedule(world, expiresAt * 1000, 'expire-session', id);
  return session;
}

/** What the session repeats as it was sent. */
function askedFor(params: Params) {
  return {
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    customer: params.customer ?? null,
    customer_email: params.customer_email ?? null,
    integration_identifier: params.integration_identifier ?? null,
    locale: params.locale ?? null,
    origin_context: params.origin_context ?? null,
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? null,
    custom_text: {
      after_submit: params.custom_text?.after_submit ?? null,
      shipping_address: params.custom_text?.shipping_address ?? null,
      submit: params.custom_text?.submit ?? null,
      terms_of_service_acceptance: params.custom_text?.terms_of_service_acceptance ?? null,
    },
  };
}

const unusedSessionFields = {
  after_expiration: null,
  client_secret: null,
  collected_information: null,
  consent: null,
  currency_conversion: null,
  customer_account: null,
  invoice: null,
  managed_payments: null,
  payment_intent: null,
  payment_link: null,
  payment_method_configuration_details: null,
  permissions: null,
  recovered_from: null,
  setup_intent: null,
  shipping_address_collection: null,
  shipping_cost: null,
  subscription: null,
  wallet_options: null,
} satisfies Partial<Stripe.Checkout.Session>;

const emptyInvoiceData = {
  account_tax_ids: null,
  custom_fields: null,
  description: null,
  footer: null,
  issuer: null,
  metadata: {},
  rendering_options: null,
};

function consentOf({ consent_collection: asked }: Params): Stripe.Checkout.Session.ConsentCollection | null {
  return asked
    ? {
        payment_method_reuse_agreement: null,
        promotions: asked.promotions ?? null,
        terms_of_service: asked.terms_of_service ?? null,
      }
    : null;
}

/** Who paid, as the session tells it afterwards. */
export function customerDetails(email: string, name: string | null): Stripe.Checkout.Session.CustomerDetails {
  return { address: null, business_name: null, email, individual_name: name, name, phone: null, tax_exempt: 'none', tax_ids: [] };
}

function toLineItem(world: World, line: NonNullable<Params['line_items']>[number], position: number): Stripe.LineItem {
  const param = `line_items[${position}]`;
  const price = line.price
    ? get(world, 'price', line.price, `${param}[price]`)
    : createInlinePrice(world, line.price_data!, `${param}[price_data]`);
  const amount = (price.unit_amount ?? 0) * line.quantity!;
  return {
    id: newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: world.tables.product.get(idOf(price.product))?.name ?? null,
    metadata: mergedMetadata({}, line.metadata),
    price: structuredClone(price),
    quantity: line.quantity!,
  };
}

function keepNote(world: World, id: string, params: Params, lineItems: Stripe.LineItem[]): void {
  const payment = params.payment_intent_data;
  world.notes.checkout.set(id, {
    id,
    lineItems,
    paymentIntentData: {
      metadata: mergedMetadata({}, payment?.metadata),
      description: payment?.description ?? null,
      receiptEmail: payment?.receipt_email ?? null,
      statementDescriptorSuffix: payment?.statement_descriptor_suffix ?? null,
    },
    subscriptionData: {
      metadata: mergedMetadata({}, params.subscription_data?.metadata),
      description: params.subscription_data?.description ?? null,
    },
    attempt: null,
  });
}
