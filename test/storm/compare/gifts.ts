import { idOf, type StripeObject } from '../stage/simulator.ts';
import { type Both, byId, differ, type OurPayment } from './both.ts';

/** Every payment of ours that succeeded is one gift, and every gift that succeeded is one such payment, amount by amount. */
export async function compareGifts({ rows, payments, stage, stripe }: Both): Promise<string[]> {
  const gifts = await rows("select * from donations where status = 'succeeded'");
  const paid = payments.filter(({ intent }) => intent.status === 'succeeded');
  const told = new Map(paid.map((payment) => [payment.intent.id, toGift(payment)]));
  return [
    ...differ('gift', byId(gifts, 'stripe_payment_intent_id'), told),
    ...paidTwice(paid, stage.notes.gifts),
    ...chargedTwice(paid, stripe.all('charge')),
  ];
}

function toGift({ intent, giftId, isInstalment, charge, transaction }: OurPayment): Record<string, unknown> {
  return {
    ...(isInstalment ? { subscription_id: giftId } : { id: giftId }),
    kind: isInstalment ? 'recurring' : 'one-time',
    currency: intent.currency,
    amount_minor: intent.amount_received,
    stripe_charge_id: charge?.id,
    stripe_balance_transaction_id: transaction?.id,
    settlement_currency: transaction?.currency,
    gross_minor: transaction?.amount,
    fee_minor: transaction?.fee,
    net_minor: transaction?.net,
  };
}

/** However often a form is sent, one of its pages is paid. */
function paidTwice(paid: readonly OurPayment[], gifts: { id: string; attempt: string }[]): string[] {
  const first = new Map<string, string>();
  const firstInstalments = new Set<string>();
  const attempts = new Map(gifts.map(({ id, attempt }) => [id, attempt]));
  const lines: string[] = [];
  for (const { giftId, isInstalment } of paid) {
    const attempt = attempts.get(giftId);
    if (!attempt || (isInstalment && firstInstalments.has(giftId))) continue;
    firstInstalments.add(giftId);
    const before = first.get(attempt);
    if (before) lines.push(`the attempt ${attempt} was paid twice: ${before} and ${giftId}`);
    first.set(attempt, giftId);
  }
  return lines;
}

function chargedTwice(paid: readonly OurPayment[], charges: StripeObject[]): string[] {
  const taken = Map.groupBy(
    charges.filter(({ status }) => status === 'succeeded'),
    ({ payment_intent }) => idOf(payment_intent),
  );
  return paid.flatMap(({ intent }) => {
    const count = taken.get(intent.id)?.length ?? 0;
    return count === 1 ? [] : [`${intent.id} succeeded and has ${count} charges that did`];
  });
}
