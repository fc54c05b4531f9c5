import type Stripe from 'stripe';
import { schedule } from './agenda.ts';
import { createBalanceTransaction, undoBalanceTransaction } from './balance.ts';
import { settled } from './conversion.ts';
import { minorDigits } from './currencies.ts';
import { newDispute } from './dispute-creation.ts';
import { spendWarnings } from './early-fraud-warnings.ts';
import { invalidParameter, refusedState } from './errors.ts';
import { change, emit } from './events.ts';
import { get, idOf, type World } from './world.ts';

/** What Stripe keeps for a dispute with money in it: 15 whole units of the currency that the charge settles in. */
const feeUnits = 15;
const decisionSeconds = 1;

type Opening = { amount?: number | null; reason?: string | null; inquiry?: boolean | null };

/** The owner of the card asks for the money back, or first asks what it was for (an inquiry: no money moves yet). */
export function openDispute(world: World, charge: Stripe.Charge, opening: Opening = {}): Stripe.Dispute {
  if (!charge.paid || !charge.captured) {
    throw refusedState(`Charge ${charge.id} has not succeeded and cannot be disputed.`);
  }
  const disputed = disputesOf(world, charge.id).reduce((sum, dispute) => sum + dispute.amount, 0);
  const amount = opening.amount ?? charge.amount - charge.amount_refunded - disputed;
  if (amount < 1 || amount > charge.amount) {
    throw invalidParameter('Nothing of this charge is left to dispute; name an amount within it.', 'amount');
  }
  const dispute = newDispute(world, charge, amount, opening.reason ?? 'fraudulent', opening.inquiry ?? false);
  if (opening.inquiry) {
    emit(world, 'charge.dispute.created', dispute);
  } else {
    withdraw(world, dispute, () => emit(world, 'charge.dispute.created', dispute));
  }
  spendWarnings(world, charge.id);
  return dispute;
}

/** Takes the money and the fee. What opened or escalated the dispute is told before that. */
function withdraw(world: World, dispute: Stripe.Dispute, tell: () => void): void {
  const charge = get(world, 'charge', idOf(dispute.charge));
  const { currency: settles } = settled(world.account.settlement, dispute.amount, dispute.currency);
  const transaction = createBalanceTransaction(world, {
    amount: -dispute.amount,
    fee: feeUnits * 10 ** minorDigits(settles),
    currency: dispute.currency,
    source: dispute.id,
    type: 'adjustment',
    category: 'dispute',
    feeDescription: 'Dispute fee',
    description: `Chargeback withdrawal for ${charge.id}`,
  });
  dispute.balance_transactions = [transaction];
  tell();
  emit(world, 'charge.dispute.funds_withdrawn', dispute);
  change(world, charge, { disputed: true }, 'charge.updated');
}

/** An inquiry that nobody answered well: now it is a dispute, and the money is taken. */
export function escalateInquiry(world: World, dispute: Stripe.Dispute): void {
  if (!isInquiry(dispute)) {
    throw refusedState(`Only an open inquiry can escalate. This dispute has a status of ${dispute.status}.`);
  }
  const before = { status: dispute.status };
  const card = dispute.payment_method_details?.card;
  if (card) {
    card.case_type = 'chargeback';
  }
  Object.assign(dispute, { status: 'needs_response', is_charge_refundable: false });
  withdraw(world, dispute, () => emit(world, 'charge.dispute.updated', dispute, before));
}

type Outcome = 'won' | 'lost' | 'warning_closed' | 'prevented';

/** Ends a dispute. A won one gives the money back, and the fee too only if that is said. An inquiry is closed or prevented. */
export function closeDispute(world: World, dispute: Stripe.Dispute, outcome: Outcome, isFeeReturned = false): void {
  const fits = outcome === 'won' || outcome === 'lost' ? isOpenChargeback(dispute) : isInquiry(dispute);
  if (!fits) {
    throw refusedState(`A dispute with a status of ${dispute.status} cannot become ${outcome}.`);
  }
  change(world, dispute, { status: outcome }, 'charge.dispute.closed');
  if (outcome === 'won') {
    reinstate(world, dispute, isFeeReturned);
  }
}

function reinstate(world: World, dispute: Stripe.Dispute, isFeeReturned: boolean): void {
  const [withdrawal] = dispute.balance_transactions as [Stripe.BalanceTransaction];
  const transaction = undoBalanceTransaction(world, withdrawal.id, {
    fee: isFeeReturned ? -withdrawal.fee : 0,
    source: dispute.id,
    type: 'adjustment',
    category: 'dispute_reversal',
    feeDescription: 'Dispute fee returned',
    description: `Chargeback reversal for ${idOf(dispute.charge)}`,
  });
  dispute.balance_transactions = [...dispute.balance_transactions, transaction];
  dispute.is_charge_refundable = true;
  emit(world, 'charge.dispute.funds_reinstated', dispute);
}

/** Evidence has been handed in: the bank looks at it, and decides a moment later if it holds one of Stripe's test phrases. */
export function submitEvidence(world: World, dispute: Stripe.Dispute): Partial<Stripe.Dispute> {
  schedule(world, world.clock.milliseconds() + decisionSeconds * 1000, 'decide-dispute', dispute.id);
  const { submission_count: count } = dispute.evidence_details;
  return {
    status: isInquiry(dispute) ? 'warning_under_review' : 'under_review',
    evidence_details: {
      ...dispute.evidence_details,
      has_evidence: true,
      submission_count: count + 1,
      submission_method: 'manual',
    },
  };
}

/** The bank has read the evidence (https://docs.stripe.com/testing#disputes); without one of the test phrases it goes on reading. */
export function decideDispute(world: World, id: string): void {
  const dispute = get(world, 'dispute', id);
  const said = dispute.evidence.uncategorized_text;
  if (isInquiry(dispute) && said === 'escalate_inquiry_evidence') {
    escalateInquiry(world, dispute);
  } else if (isInquiry(dispute) && (said === 'winning_evidence' || said === 'losing_evidence')) {
    closeDispute(world, dispute, 'warning_closed');
  } else if (isOpenChargeback(dispute) && (said === 'winning_evidence' || said === 'losing_evidence')) {
    closeDispute(world, dispute, said === 'winning_evidence' ? 'won' : 'lost');
  }
}

/** Whether it is still only a question, without money in it. */
export function isInquiry({ status }: Stripe.Dispute): boolean {
  return status === 'warning_needs_response' || status === 'warning_under_review';
}

/** Whether the money is gone and the bank has not decided yet. */
export function isOpenChargeback({ status }: Stripe.Dispute): boolean {
  return status === 'needs_response' || status === 'under_review';
}

/** All disputes of a charge, oldest first. */
export function disputesOf(world: World, charge: string): Stripe.Dispute[] {
  return [...world.tables.dispute.values()].filter((dispute) => dispute.charge === charge);
}
