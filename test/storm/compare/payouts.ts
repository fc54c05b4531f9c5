import type { StripeObject } from '../stage/simulator.ts';
import { idOf } from '../stage/simulator.ts';
import { type Both, byId, differ } from './both.ts';

/** Every payout is here and as it is at Stripe, with the same lines. */
export async function comparePayouts({ rows, stripe, stage }: Both): Promise<string[]> {
  const ours = await rows('select id, status, currency, amount_minor from payouts');
  const payouts = stripe.all('payout');
  const theirs = payouts.map(({ id, status, currency, amount }) => [id, { status, currency, amount_minor: amount }] as const);
  const lines = await rows("select id, payout_id from balance_transactions where payout_id is not null and type <> 'payout'");
  const told = await Promise.all(payouts.filter(hasLines).map((payout) => linesOf(stage.slot.stripe, payout)));
  return [...differ('payout', byId(ours), new Map(theirs)), ...differ('payout line', byId(lines), new Map(told.flat()))];
}

/** Stripe vouches for the lines of an automatic payout once it was paid. */
function hasLines({ automatic, reconciliation_status }: StripeObject): boolean {
  return automatic === true && reconciliation_status === 'completed';
}

async function linesOf(
  stripe: Both['stage']['slot']['stripe'],
  payout: StripeObject,
): Promise<(readonly [string, Record<string, unknown>])[]> {
  const { body } = await stripe.call('GET', `/v1/balance_transactions?payout=${payout.id}&limit=100`);
  const data = (body.data ?? []) as StripeObject[];
  return data.filter(({ source }) => idOf(source) !== payout.id).map(({ id }) => [id, { payout_id: payout.id }] as const);
}
