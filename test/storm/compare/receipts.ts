import { idOf } from '../stage/simulator.ts';
import { type Both, byId, differ, refundedByIntent } from './both.ts';

/** The last receipt of a gift attests what was kept of it: the gift, less what was refunded, less what banks took back for good. */
export async function compareReceipts({ rows, payments, stripe }: Both): Promise<string[]> {
  const last = await rows(`
    select distinct on (donation_id) donations.stripe_payment_intent_id as id, receipts.amount_minor,
      receipts.refunded_minor, receipts.disputed_minor
    from receipts join donations on donations.id = receipts.donation_id
    order by donation_id, year desc, sequence desc`);
  const refunded = refundedByIntent(stripe);
  const lost = Map.groupBy(
    stripe.all('dispute').filter(({ status }) => status === 'lost'),
    ({ payment_intent }) => idOf(payment_intent) ?? '',
  );
  const kept = payments
    .filter(({ intent }) => intent.status === 'succeeded')
    .map(({ intent }) => {
      const [amount, refunded_minor] = [Number(intent.amount_received), refunded.get(intent.id) ?? 0];
      const taken = (lost.get(intent.id) ?? []).reduce((sum, dispute) => sum + Number(dispute.amount), 0);
      const disputed_minor = Math.min(taken, amount - refunded_minor);
      return [intent.id, { amount_minor: amount, refunded_minor, disputed_minor }] as const;
    });
  return differ('the last receipt of', byId(last), new Map(kept));
}
