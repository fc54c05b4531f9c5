import type { Money } from '../money.ts';

/** One page of a list, newest first; `next` asks for the one after it and is null on the last. */
export type Page<Row> = { readonly rows: readonly Row[]; readonly next: string | null };

/** Which part of a list: what was created at `since` or later, and of that what comes after the row `after`. */
export type Part = { readonly since?: Date; readonly after?: string | undefined };

/** An event as Stripe tells it, with what it must be sorted by; `json` is all of it. */
export type ListedEvent = { readonly id: string; readonly createdAt: Date; readonly json: Record<string, unknown> };

export type ListedPayout = {
  readonly id: string;
  readonly status: string;
  readonly amount: Money;
  readonly automatic: boolean;
  /** `completed` once Stripe can say which balance transactions it is made of. */
  readonly reconciliationStatus: string;
  readonly createdAt: Date;
};

/** Something that is read whole afterwards. `isOurs`: its metadata names a subscription of ours. */
export type ListedObject = {
  readonly id: string;
  readonly createdAt: Date;
  readonly status: string | null;
  readonly isOurs: boolean;
};

/** Kinds of objects that are listed in order to be read one by one. */
export type ListedKind = 'payments' | 'refunds' | 'disputes' | 'payouts' | 'subscriptions';

/** Lists and sums, asked for in order to compare; each call is one page. Its rows are the gateway's own readings. */
export type StripeLists<BalanceTransaction, SubscriptionReading> = {
  /** Events of at most 20 types, of the last 30 days. */
  listEvents(part: Part & { types: readonly string[] }): Promise<Page<ListedEvent>>;
  /** Each with the payment behind its charge. */
  listBalanceTransactions(part: Part): Promise<Page<BalanceTransaction>>;
  listPayouts(part: Part): Promise<Page<ListedPayout>>;
  /** Ours alone, of every status. */
  listSubscriptions(part: Part): Promise<Page<SubscriptionReading>>;
  listObjects(kind: ListedKind, part: Part): Promise<Page<ListedObject>>;
  /** What Stripe holds, available and pending together: one sum a currency, also where it is nothing. */
  getBalance(): Promise<Money[]>;
  /** Whether Stripe delivers to this address: `missing` where no endpoint has it. */
  getEndpointStatus(url: string): Promise<'enabled' | 'disabled' | 'missing'>;
};

/** All pages of a list, one after the other, each asked for when the one before it was worked on. */
export async function* pagesOf<Row>(
  ask: (after: string | undefined) => Promise<Page<Row>>,
  from?: string,
): AsyncGenerator<readonly Row[]> {
  let after = from;
  for (;;) {
    const { rows, next } = await ask(after);
    yield rows;
    if (next === null) {
      return;
    }
    after = next;
  }
}

/** All rows of a list. */
export async function* rowsOf<Row>(ask: (after: string | undefined) => Promise<Page<Row>>): AsyncGenerator<Row> {
  for await (const rows of pagesOf(ask)) {
    yield* rows;
  }
}
