import type Stripe from 'stripe';
import { scheduleAftermath } from './aftermath.ts';
import { scheduleBooking } from './capture.ts';
import { cardDetails, outcomeOf } from './charge-details.ts';
import { change, emit } from './events.ts';
import { anything, createdFilter, mergedMetadata, metadata, text } from './fields.ts';
import { newId } from './ids.ts';
import { page, pageFields } from './pagination.ts';
import { type Route, route } from './route.ts';
import type { Decline } from './test-cards.ts';
import { get, idOf, insert, newestFirst, type World } from './world.ts';

/** Takes the money for a payment intent, or fails to: one charge with its event. The balance transaction follows a moment later. */
export function createCharge(
  world: World,
  intent: Stripe.PaymentIntent,
  method: Stripe.PaymentMethod,
  attempt: { decline: Decline | null; isAuthenticated: boolean },
): Stripe.Charge {
  const { decline } = attempt;
  const isCaptured = !decline && intent.capture_method !== 'manual';
  const charge = newCharge(world, intent, method, {
    amount_captured: isCaptured ? intent.amount : 0,
    captured: isCaptured,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    outcome: outcomeOf(decline),
    paid: !decline,
    payment_method_details: { type: 'card', card: cardDetails(method.card!, intent.amount, attempt.isAuthenticated) },
    status: decline ? 'failed' : 'succeeded',
  });
  charge.receipt_url = decline ? null : receiptAddress(world, charge);
  emit(world, decline ? 'charge.failed' : 'charge.succeeded', charge);
  if (isCaptured) {
    scheduleBooking(world, charge.id);
    scheduleAftermath(world, charge);
  }
  return charge;
}

/** A charge that waits for a bank, with its event. */
export function createPendingCharge(world: World, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod): Stripe.Charge {
  const { generated_from: _, ...account } = method.sepa_debit!;
  const charge = newCharge(world, intent, method, {
    amount_captured: intent.amount,
    captured: true,
    failure_code: null,
    failure_message: null,
    outcome: outcomeOf(null),
    paid: false,
    payment_method_details: { type: 'sepa_debit', sepa_debit: { ...account, mandate: null } },
    status: 'pending',
  });
  emit(world, 'charge.pending', charge);
  return charge;
}

/** Where the payer can look at Stripe's own receipt. */
export function receiptAddress(world: World, { id }: Stripe.Charge): string {
  return `${world.settings.url}/receipts/${id}`;
}

type Outcome = Pick<
  Stripe.Charge,
  'amount_captured' | 'captured' | 'failure_code' | 'failure_message' | 'outcome' | 'paid' | 'payment_method_details' | 'status'
>;

function newCharge(world: World, intent: Stripe.PaymentIntent, method: Stripe.PaymentMethod, outcome: Outcome): Stripe.Charge {
  return insert(world, 'charge', {
    ...unusedChargeFields,
    ...inheritedFrom(intent),
    ...outcome,
    id: newId('ch'),
    object: 'charge',
    amount_refunded: 0,
    billing_details: method.billing_details,
    calculated_statement_descriptor: statementDescriptor(world, intent),
    created: world.clock.seconds(),
    disputed: false,
    fraud_details: {},
    livemode: false,
    payment_method: method.id,
    receipt_url: null,
    refunded: false,
  });
}

/** What a charge takes over from its intent. */
function inheritedFrom(intent: Stripe.PaymentIntent) {
  return {
    amount: intent.amount,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    metadata: { ...intent.metadata },
    payment_intent: intent.id,
    receipt_email: intent.receipt_email,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
  };
}

const unusedChargeFields = {
  application: null,
  application_fee: null,
  application_fee_amount: null,
  balance_transaction: null,
  failure_balance_transaction: null,
  on_behalf_of: null,
  receipt_number: null,
  review: null,
  shipping: null,
  source: null,
  source_transfer: null,
  transfer_data: null,
  transfer_group: null,
} satisfies Partial<Stripe.Charge>;

function statementDescriptor(world: World, intent: Stripe.PaymentIntent): string {
  const prefix = world.settings.brandName.replaceAll(/[^A-Za-z0-9 ]/g, '').toUpperCase();
  return (intent.statement_descriptor_suffix ? `${prefix}* ${intent.statement_descriptor_suffix}` : prefix).slice(0, 22);
}

const fields = { description: text, metadata, receipt_email: text, fraud_details: anything };

/** Charges: retrieve, update, list. They come from payment intents alone. */
export const chargeRoutes: Route[] = [
  route(
    'get',
    '/v1/charges',
    { ...pageFields, payment_intent: text, customer: text, created: createdFilter },
    (world, { params }) => {
      const rows = newestFirst(world, 'charge').filter(
        (charge) =>
          (!params.payment_intent || charge.payment_intent === params.payment_intent) &&
          (!params.customer || idOf(charge.customer) === params.customer) &&
          (params.created?.(charge.created) ?? true),
      );
      return page(rows, params, '/v1/charges');
    },
  ),
  route('get', '/v1/charges/{id}', {}, (world, { id }) => get(world, 'charge', id)),
  route('post', '/v1/charges/{id}', fields, (world, { id, params }) => {
    const charge = get(world, 'charge', id);
    const patch = {
      description: params.description === undefined ? charge.description : params.description,
      receipt_email: params.receipt_email === undefined ? charge.receipt_email : params.receipt_email,
      metadata: mergedMetadata(charge.metadata, params.metadata),
    };
    change(world, charge, patch, 'charge.updated');
    return charge;
  }),
];
