import { fromUnix } from '../clock.ts';
import { askStripe, type StripeAccess } from './ask-stripe.ts';
import type { DisputeReading, EarlyFraudWarningReading } from './gateway.ts';
import { expandPayment, withItsInstalment } from './read-payment.ts';
import { toExpanded, toId, toMoney } from './to-money.ts';
import { toBalanceTransaction } from './to-payment.ts';

/** One dispute with the payment that it is about: one call, and a second where that payment's metadata does not say that it is ours. */
export async function readDispute(access: StripeAccess, disputeId: string): Promise<DisputeReading> {
  const asked = access.client.disputes.retrieve(disputeId, { expand: expandPayment });
  const dispute = await askStripe(asked, 'dispute', access.livemode);
  const intent = toExpanded(dispute.payment_intent);
  const dueBy = dispute.evidence_details.due_by;
  return {
    id: dispute.id,
    status: dispute.status,
    reason: dispute.reason,
    amount: toMoney(dispute.amount, dispute.currency),
    chargeId: toId(dispute.charge) ?? '',
    respondBy: dueBy === null ? null : fromUnix(dueBy),
    createdAt: fromUnix(dispute.created),
    balanceTransactions: dispute.balance_transactions.map(toBalanceTransaction),
    payment: intent && (await withItsInstalment(access, intent)),
  };
}

/** One warning of fraud with the payment that it is about; calls as for a dispute. */
export async function readEarlyFraudWarning(access: StripeAccess, warningId: string): Promise<EarlyFraudWarningReading> {
  const asked = access.client.radar.earlyFraudWarnings.retrieve(warningId, { expand: expandPayment });
  const warning = await askStripe(asked, 'radar.early_fraud_warning', access.livemode);
  const intent = toExpanded(warning.payment_intent);
  return {
    id: warning.id,
    fraudType: warning.fraud_type,
    actionable: warning.actionable,
    chargeId: toId(warning.charge) ?? '',
    createdAt: fromUnix(warning.created),
    payment: intent && (await withItsInstalment(access, intent)),
  };
}
