import { indexed, type SimulatorState, type StripeObject, type StripeSide } from '../stage/simulator.ts';

const addresses: Record<string, string> = {
  event: 'events',
  'checkout.session': 'checkout/sessions',
  payment_intent: 'payment_intents',
  charge: 'charges',
  balance_transaction: 'balance_transactions',
  refund: 'refunds',
};

/** What Stripe has of these kinds, page by page: there may be too much for one answer. */
export async function listAll(stripe: StripeSide, kinds: readonly string[]): Promise<SimulatorState> {
  const lists = await Promise.all(kinds.map(async (kind) => [kind, await listOf(stripe, addresses[kind]!)] as const));
  return Object.assign({ now: 0, problems: [], fired: {}, agenda: [] }, indexed(Object.fromEntries(lists)));
}

/** Oldest first. */
async function listOf(stripe: StripeSide, address: string): Promise<StripeObject[]> {
  const all: StripeObject[] = [];
  for (let hasMore = true; hasMore; ) {
    const after = all.length > 0 ? `&starting_after=${all.at(-1)!.id}` : '';
    const { body } = await stripe.call('GET', `/v1/${address}?limit=100${after}`);
    all.push(...(body.data as StripeObject[]));
    hasMore = body.has_more === true;
  }
  return all.reverse();
}
