import { idOf, type StripeObject } from '../stage/simulator.ts';
import { type Both, byId, differ } from './both.ts';

/** Every dispute is here and as it is at Stripe, and what it took, with its fee, is to the cent what Stripe took. */
export async function compareDisputes({ rows, stripe, payments }: Both): Promise<string[]> {
  const ours = await rows('select * from disputes');
  const theirs = stripe.all('dispute').map((dispute) => [dispute.id, toDispute(dispute)] as const);
  const warned = await rows('select id, stripe_charge_id, actionable from early_fraud_warnings');
  const warnings = stripe
    .all('radar.early_fraud_warning')
    .map(({ id, charge, actionable }) => [id, { stripe_charge_id: idOf(charge), actionable }] as const);
  return [
    ...differ('dispute', byId(ours), new Map(theirs)),
    ...differ('warning', byId(warned), new Map(warnings)),
    ...goingOn({ stripe, payments }),
  ];
}

/** The newsroom's rule: whose bank took a gift back for good is asked for no further one. */
function goingOn({ stripe, payments }: Pick<Both, 'stripe' | 'payments'>): string[] {
  const lost = new Set(stripe.all('dispute').flatMap(({ status, charge }) => (status === 'lost' ? idOf(charge) : [])));
  const disputed = payments.filter(({ charge, isInstalment }) => isInstalment && charge && lost.has(charge.id));
  return disputed.flatMap(({ giftId }) => {
    const page = stripe.all('checkout.session').find((session) => session.client_reference_id === giftId);
    const status = stripe.find('subscription', idOf(page?.subscription))?.status;
    return status === 'canceled' ? [] : [`${giftId} lost a dispute and is ${status}`];
  });
}

function toDispute(dispute: StripeObject): Record<string, unknown> {
  const moved = dispute.balance_transactions as { amount: number; fee: number }[];
  return {
    status: dispute.status,
    stripe_charge_id: idOf(dispute.charge),
    currency: dispute.currency,
    amount_minor: dispute.amount,
    withdrawn_minor: -moved.reduce((sum, { amount }) => sum + amount, 0) || 0,
    fee_minor: moved.reduce((sum, { fee }) => sum + fee, 0),
  };
}
