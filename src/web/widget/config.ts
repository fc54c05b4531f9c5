/** How often a gift is given; `once` is a donation, the others are subscriptions. */
export type Interval = 'once' | 'month' | 'year';

/** What the payment costs the newsroom: a share in basis points (150 is 1.5 %) and a fixed part in minor units. */
export interface FeeRate {
  readonly basis_points: number;
  readonly fixed: number;
}

/** One currency the newsroom takes. Every amount is an integer in Stripe's minor unit; `digits` is Stripe's, not Intl's. */
export interface CurrencyConfig {
  readonly code: string;
  readonly digits: number;
  /** Amounts must be a multiple of this many minor units. */
  readonly increment: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly suggested: Readonly<Record<Interval, readonly number[]>>;
  /** Null: covering the fees is not offered. */
  readonly fee: FeeRate | null;
}

/** What `GET /v1/widget-config` answers: all that the widget says, offers and links to for one article and one reader. */
export interface WidgetConfig {
  readonly newsroom: { readonly name: string; readonly homepage: string };
  /** BCP 47: the language of `texts`, and how amounts are written. */
  readonly locale: string;
  readonly direction: 'ltr' | 'rtl';
  /** False: the question and the e-mail only, no appeal for money. */
  readonly ask: boolean;
  /** True: every step carries the mark that no real money moves. */
  readonly demo: boolean;
  readonly intervals: readonly Interval[];
  /** The code of the currency to begin with; one of `currencies`. */
  readonly currency: string;
  readonly currencies: readonly CurrencyConfig[];
  /** The locale's `src/texts/<locale>/widget.json`, whole. */
  readonly texts: Readonly<Record<string, string>>;
  readonly other_articles: readonly { readonly title: string; readonly url: string }[];
  readonly links: { readonly donate: string; readonly terms?: string; readonly privacy?: string };
  /** False: no e-mail sign-up is shown. */
  readonly newsletter: boolean;
}
