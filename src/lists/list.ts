import type { RawBuilder } from 'kysely';

/** Which instant of a gift the period and the order of the list of donations go by. */
export const listBases = ['paid', 'created', 'available', 'payout'] as const;

/** What a list may be narrowed by. */
export type ListFilter = 'basis' | 'status' | 'currency' | 'article' | 'campaign';

/** What is asked of a list: days as YYYY-MM-DD, [from, before); `article`: an address or an id. */
export type ListWish = {
  readonly from?: string;
  readonly before?: string;
  readonly basis?: (typeof listBases)[number];
  readonly status?: string;
  readonly currency?: string;
  readonly article?: string;
  readonly campaign?: string;
};

/** What rows are ordered by, newest first: an instant, a day or a number. */
export type SortKey = { readonly kind: 'instant' | 'day' | 'number'; readonly value: RawBuilder<unknown> };

/** The statement behind one list. */
export type ListQuery = {
  /** After `from`. */
  readonly rows: RawBuilder<unknown>;
  /** By the names that the answer has; amounts in minor units. */
  readonly columns: Readonly<Record<string, RawBuilder<unknown>>>;
  readonly by: SortKey;
  /** Tells apart rows of the same instant; a text. */
  readonly id: RawBuilder<unknown>;
  readonly conditions: readonly RawBuilder<unknown>[];
  /** What is summed per currency and settlement currency; what a list has not is null in its sums. */
  readonly sums: { readonly currency?: RawBuilder<unknown>; readonly settlementCurrency?: RawBuilder<unknown> } & {
    readonly [name in SumName]?: RawBuilder<unknown>;
  };
};

export const sumNames = ['amount', 'gross', 'fee', 'net', 'refunded'] as const;
export type SumName = (typeof sumNames)[number];

/** Sums of one currency and settlement currency, in minor units. */
export type ListTotals = { currency: string | null; settlement_currency: string | null; count: bigint } & {
  [name in SumName]: bigint | null;
};

/** One list. */
export type List = {
  readonly name: string;
  readonly filters: readonly ListFilter[];
  readonly statuses: readonly string[];
  /** `timeZone`: the newsroom's, in which its days begin. */
  query(wish: ListWish, timeZone: string): ListQuery;
};
