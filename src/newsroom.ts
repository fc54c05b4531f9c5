import { z } from 'zod';
import { type Currency, isCurrency, minimumOf, toCurrency } from './currency.ts';
import { type FeeRate, fromDecimal } from './money.ts';
import { isTimeZone } from './period.ts';

/** How often a gift is given. */
export type Interval = 'once' | 'month' | 'year';

/** What a newsroom offers in one currency; amounts in minor units. */
export type CurrencyOffer = {
  readonly currency: Currency;
  readonly minimumMinor: bigint;
  readonly maximumMinor: bigint;
  readonly suggestedMinor: Record<Interval, bigint[]>;
  /** Absent: donors are not asked to cover the fee. */
  readonly fee?: FeeRate;
};

/** Everything about the newsroom that its readers see or its books need; the first currency is the default one. */
export type Newsroom = Omit<z.infer<typeof newsroomFile>, 'currencies'> & { readonly offers: CurrencyOffer[] };

const decimal = z.string().regex(/^\d{1,12}(\.\d{1,3})?$/, 'must be a decimal in quotes, such as "7.50"');
const suggested = z.array(decimal).min(1).max(6);
const oneLine = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^\P{Cc}*$/u, 'must be one line');
const webAddress = z.url({ protocol: /^https?$/ });

const currencyFile = z.strictObject({
  maximum: decimal,
  suggested: z.strictObject({ once: suggested, month: suggested, year: suggested }),
  fee: z.strictObject({ percent: decimal, fixed: decimal }).optional(),
});

const days = z.number().int().min(1);

/** After how many days what is about a person is thrown away. */
const retentionDays = z.strictObject({
  event_bodies: days.max(365).default(30),
  checkouts: days.max(3650).default(30),
  mails: days.max(3650).default(90),
});

const newsroomFile = z.strictObject({
  name: oneLine(100),
  address: z.array(oneLine(100)).min(1).max(6),
  homepage: webAddress,
  time_zone: z.string().refine(isTimeZone, 'must be an IANA time zone such as "Europe/Berlin"'),
  locale: z.enum(['en', 'de', 'es', 'ar']).default('en'),
  currencies: z
    .record(z.string().refine(isCurrency, 'is no currency that Stripe charges in'), currencyFile)
    .refine((all) => Object.keys(all).length > 0, 'at least one currency is needed'),
  receipt_statement: z.string().min(1).max(1000).optional(),
  statement_descriptor: z
    .string()
    .min(5)
    .max(22)
    .regex(/^[^<>\\'"*]*[a-zA-Z][^<>\\'"*]*$/)
    .optional(),
  links: z.strictObject({ terms: webAddress.optional(), privacy: webAddress.optional() }).default({}),
  other_articles: z
    .array(z.strictObject({ title: z.string().min(1).max(200), url: webAddress }))
    .max(10)
    .default([]),
  ask: z.boolean().default(true),
  retention_days: retentionDays.default(retentionDays.parse({})),
  foreign_charges: z
    .array(z.strictObject({ metadata: z.record(z.string(), z.string()).optional(), description: z.string().optional() }))
    .default([]),
  disputes: z.strictObject({ stop_recurring_when_lost: z.boolean().default(true) }).default({ stop_recurring_when_lost: true }),
  limits: z
    .strictObject({
      gifts_per_source_in_ten_minutes: z.number().int().min(1).max(100_000).default(30),
      unpaid_gifts_in_ten_minutes: z.number().int().min(1).max(1_000_000).optional(),
    })
    .default({ gifts_per_source_in_ten_minutes: 30 }),
});

/** Checks the contents of newsroom.json; returns the newsroom, or a line for each thing that is wrong. */
export function parseNewsroom(json: unknown): { newsroom: Newsroom } | { problems: string[] } {
  const parsed = newsroomFile.safeParse(json);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`) };
  }
  const { currencies, ...rest } = parsed.data;
  try {
    return { newsroom: { ...rest, offers: Object.entries(currencies).map(([code, file]) => toOffer(toCurrency(code), file)) } };
  } catch (error) {
    return { problems: [`currencies: ${(error as Error).message}`] };
  }
}

/** What the newsroom offers in a currency, if it takes that one. */
export function findOffer(newsroom: Newsroom, currency: string): CurrencyOffer | undefined {
  return newsroom.offers.find((offer) => offer.currency === currency);
}

function toOffer(currency: Currency, file: z.infer<typeof currencyFile>): CurrencyOffer {
  const minor = (text: string) => fromDecimal(text, currency).minor;
  const offer: CurrencyOffer = {
    currency,
    minimumMinor: minimumOf(currency),
    maximumMinor: minor(file.maximum),
    suggestedMinor: {
      once: file.suggested.once.map(minor),
      month: file.suggested.month.map(minor),
      year: file.suggested.year.map(minor),
    },
    ...(file.fee && { fee: { basisPoints: toBasisPoints(file.fee.percent), fixedMinor: minor(file.fee.fixed) } }),
  };
  const outside = Object.values(offer.suggestedMinor)
    .flat()
    .some((amount) => amount < offer.minimumMinor || amount > offer.maximumMinor);
  if (outside) {
    throw new RangeError(`a suggested amount in ${currency} is under Stripe's minimum or over the maximum`);
  }
  return offer;
}

function toBasisPoints(percent: string): number {
  const [whole, fraction = ''] = percent.split('.');
  if (fraction.length > 2 || Number(whole) >= 50) {
    throw new RangeError('a fee has at most two decimals and is less than 50 percent');
  }
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
}
