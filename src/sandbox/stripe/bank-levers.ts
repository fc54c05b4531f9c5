import { failDebit, succeedDebit } from './debit-settlement.ts';
import { closeDispute, escalateInquiry, openDispute } from './disputes.ts';
import { warnOfCharge } from './early-fraud-warnings.ts';
import { invalidParameter } from './errors.ts';
import { flag, needed, oneOf, text, wholeNumber } from './fields.ts';
import { type Lever, lever } from './levers.ts';
import { failRefund } from './refund-endings.ts';
import { debitFailure, findTestAccount } from './test-accounts.ts';
import { findTestCard } from './test-cards.ts';
import { get, idOf, type World } from './world.ts';

const aboutCharge = { charge: text, payment_intent: text };

function chargeOf(world: World, given: { charge?: string | null; payment_intent?: string | null }) {
  if (given.payment_intent) {
    const intent = get(world, 'payment_intent', given.payment_intent, 'payment_intent');
    return get(world, 'charge', idOf(intent.latest_charge), 'payment_intent');
  }
  if (!given.charge) {
    throw invalidParameter('Name a charge or a payment_intent.', 'charge', 'parameter_missing');
  }
  return get(world, 'charge', given.charge, 'charge');
}

/** What banks and the owners of cards do by themselves. */
export const bankLevers: Lever[] = [
  lever('/disputes', { ...aboutCharge, amount: wholeNumber(1), reason: text, inquiry: flag }, (world, given) =>
    openDispute(world, chargeOf(world, given), given),
  ),
  lever(
    '/disputes/:id',
    { outcome: needed(oneOf('won', 'lost', 'escalate', 'warning_closed', 'prevented')), return_fee: flag },
    (world, { outcome, return_fee }, id) => {
      const dispute = get(world, 'dispute', id);
      if (outcome === 'escalate') {
        escalateInquiry(world, dispute);
      } else {
        closeDispute(world, dispute, outcome, return_fee ?? false);
      }
      return dispute;
    },
  ),
  lever('/charges/:id', { outcome: needed(oneOf('succeeded', 'failed')), failure_code: text }, (world, given, id) => {
    const charge = get(world, 'charge', id);
    if (given.outcome === 'succeeded') {
      succeedDebit(world, charge);
    } else {
      failDebit(world, charge, given.failure_code ? debitFailure(given.failure_code) : undefined);
    }
    return charge;
  }),
  lever('/refunds/:id/fail', { failure_reason: text }, (world, { failure_reason }, id) => {
    const refund = get(world, 'refund', id);
    failRefund(world, refund, failure_reason ?? undefined);
    return refund;
  }),
  lever('/customers/:id/card', { payment_method: needed(text) }, (world, { payment_method: named }, id) => {
    const card = findTestCard(named) ?? findTestAccount(named);
    const number = card && ('iban' in card ? card.iban : card.number);
    if (!number) {
      throw invalidParameter('No test card or test account has that id or number.', 'payment_method');
    }
    const customer = get(world, 'customer', id);
    const saved = [...world.tables.payment_method.values()].filter((method) => method.customer === customer.id);
    for (const method of saved.filter(({ type }) => (type === 'card') === 'brand' in card)) {
      world.notes.card.get(method.id)!.number = number;
    }
    return { data: saved };
  }),
  lever('/early_fraud_warnings', { ...aboutCharge, fraud_type: text }, (world, given) =>
    warnOfCharge(world, chargeOf(world, given), given.fraud_type ?? undefined),
  ),
];
