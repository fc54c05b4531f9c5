import type Stripe from 'stripe';
import { fromUnix } from '../clock.ts';
import { isCurrency } from '../currency.ts';
import { type Money, money } from '../money.ts';
import { askStripe, type StripeAccess } from './ask-stripe.ts';
import { type BalanceTransaction, metadataKeys, type SubscriptionReading } from './gateway.ts';
import type { ListedKind, ListedObject, Page, Part, StripeLists } from './lists.ts';
import { toMoney } from './to-money.ts';
import { toBalanceTransaction } from './to-payment.ts';
import { toSubscription } from './to-subscription.ts';

const pageSize = 100;

/** The lists of one account, each call one page. Throws what every method of the gateway throws. */
export function createLists(access: StripeAccess): StripeLists<BalanceTransaction, SubscriptionReading> {
  const { client } = access;
  return {
    listEvents: ({ types, ...part }) =>
      askPage(access, client.events.list({ ...toParameters(part), types: [...types] }), (event) => ({
        id: event.id,
        createdAt: fromUnix(event.created),
        json: event as unknown as Record<string, unknown>,
      })),
    listBalanceTransactions(part) {
      const asked = client.balanceTransactions.list({ ...toParameters(part), expand: ['data.source'] });
      return askPage(access, asked, toBalanceTransaction);
    },
    listPayouts: (part) =>
      askPage(access, client.payouts.list(toParameters(part)), (payout) => ({
        id: payout.id,
        status: payout.status,
        amount: toMoney(payout.amount, payout.currency),
        automatic: payout.automatic,
        reconciliationStatus: payout.reconciliation_status,
        createdAt: fromUnix(payout.created),
      })),
    async listSubscriptions(part) {
      const asked = client.subscriptions.list({ ...toParameters(part), status: 'all' });
      const { rows, next } = await askPage(access, asked, (subscription) => subscription);
      return { rows: rows.filter(isOurs).map(toSubscription), next };
    },
    listObjects: (kind, part) => askPage(access, askForKind(client, kind, toParameters(part)), toListedObject),
    getBalance: () => readBalance(access),
    getEndpointStatus: (url) => findEndpointStatus(access, url),
  };
}

async function askPage<Given extends { id: string }, Row>(
  { livemode }: StripeAccess,
  call: Promise<Stripe.ApiList<Given>>,
  toRow: (given: Given) => Row,
): Promise<Page<Row>> {
  const { data, has_more } = await askStripe(call as Promise<Stripe.ApiList<Given> & { object: 'list' }>, 'list', livemode);
  return { rows: data.map(toRow), next: has_more ? (data.at(-1)?.id ?? null) : null };
}

function toParameters({ since, after }: Part) {
  return {
    limit: pageSize,
    ...(since && { created: { gte: Math.floor(since.getTime() / 1000) } }),
    ...(after && { starting_after: after }),
  };
}

type Named = { id: string; created: number; status?: string | null; metadata?: Stripe.Metadata | null };

function askForKind(client: Stripe, kind: ListedKind, asked: ReturnType<typeof toParameters>): Promise<Stripe.ApiList<Named>> {
  switch (kind) {
    case 'payments':
      return client.paymentIntents.list(asked);
    case 'refunds':
      return client.refunds.list(asked);
    case 'disputes':
      return client.disputes.list(asked);
    case 'payouts':
      return client.payouts.list(asked);
    case 'subscriptions':
      return client.subscriptions.list({ ...asked, status: 'all' });
  }
}

function toListedObject(given: Named): ListedObject {
  const { id, created, status } = given;
  return { id, createdAt: fromUnix(created), status: status ?? null, isOurs: isOurs(given) };
}

/** Somebody else's may be of a kind that is not understood here. */
function isOurs({ metadata }: Pick<Named, 'metadata'>): boolean {
  return metadata?.[metadataKeys.subscription] !== undefined;
}

async function readBalance({ client, livemode }: StripeAccess): Promise<Money[]> {
  const asked = client.balance.retrieve() as unknown as Promise<Stripe.Balance & { id: string }>;
  const { available, pending } = await askStripe(
    asked.then((balance) => ({ ...balance, id: 'balance' })),
    'balance',
    livemode,
  );
  const sums = new Map<string, bigint>();
  for (const { amount, currency } of [...available, ...pending]) {
    sums.set(currency, (sums.get(currency) ?? 0n) + toMoney(amount, currency).minor);
  }
  return [...sums].flatMap(([currency, minor]) => (isCurrency(currency) ? [money(minor, currency)] : []));
}

async function findEndpointStatus({ client, livemode }: StripeAccess, url: string): Promise<'enabled' | 'disabled' | 'missing'> {
  const { data } = await askStripe(client.webhookEndpoints.list({ limit: pageSize }), 'list', livemode);
  const ours = data.filter((endpoint) => endpoint.url === url);
  if (ours.length === 0) {
    return 'missing';
  }
  return ours.some(({ status }) => status === 'enabled') ? 'enabled' : 'disabled';
}
