import type Stripe from 'stripe';
import { newId } from './ids.ts';
import { insert, type World } from './world.ts';

const daysToAnswer = 9;
const networkReasons: Record<string, string> = { fraudulent: '10.4', product_not_received: '13.1', duplicate: '12.6' };

/** A new dispute over a charge, that nothing has followed from yet. */
export function newDispute(
  world: World,
  charge: Stripe.Charge,
  amount: number,
  reason: string,
  isInquiry: boolean,
): Stripe.Dispute {
  const now = world.clock.seconds();
  const code = networkReasons[reason] ?? '13.7';
  const card = charge.payment_method_details?.card;
  return insert(world, 'dispute', {
    id: newId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { ...noEvidence, enhanced_evidence: {}, customer_email_address: charge.billing_details.email },
    evidence_details: {
      due_by: now + daysToAnswer * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    network_reason_code: code,
    payment_intent: charge.payment_intent,
    ...(card
      ? {
          payment_method_details: {
            type: 'card',
            card: {
              brand: card.brand ?? 'visa',
              case_type: isInquiry ? 'inquiry' : 'chargeback',
              network: card.network ?? 'visa',
              network_reason_code: code,
            },
          },
        }
      : {}),
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  });
}

/** Everything that can be handed in, and has not been. */
export const noEvidence = {
  access_activity_log: null,
  billing_address: null,
  cancellation_policy: null,
  cancellation_policy_disclosure: null,
  cancellation_rebuttal: null,
  customer_communication: null,
  customer_email_address: null,
  customer_name: null,
  customer_purchase_ip: null,
  customer_signature: null,
  duplicate_charge_documentation: null,
  duplicate_charge_explanation: null,
  duplicate_charge_id: null,
  product_description: null,
  receipt: null,
  refund_policy: null,
  refund_policy_disclosure: null,
  refund_refusal_explanation: null,
  service_date: null,
  service_documentation: null,
  shipping_address: null,
  shipping_carrier: null,
  shipping_date: null,
  shipping_documentation: null,
  shipping_tracking_number: null,
  uncategorized_file: null,
  uncategorized_text: null,
} satisfies Partial<Stripe.Dispute.Evidence>;
