import { z } from 'zod';
import { toArticleAddress } from '../article-address.ts';
import { type Currency, incrementOf } from '../currency.ts';
import { AppError, type FieldError } from '../errors.ts';
import { formatMoney, type Money, money } from '../money.ts';
import { type CurrencyOffer, findOffer, type Interval, type Newsroom } from '../newsroom.ts';
import { isolate, type Locale, pickLocale, type Say, speak } from '../text.ts';

/** What a reader asks for, checked; `amount` is before any fee cover. */
export type GivingInput<Every extends Interval = Interval> = {
  /** Drawn by the form when it opens; absent: this request is an attempt of its own. */
  readonly attempt?: string | undefined;
  readonly interval: Every;
  readonly amount: Money;
  readonly coverFees: boolean;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
  readonly article?:
    | { url: string; id?: string | undefined; title?: string | undefined; section?: string | undefined }
    | undefined;
  readonly campaign?: string | undefined;
  readonly placement?: string | undefined;
  readonly newsletter?: 'daily' | 'weekly' | undefined;
  readonly anonymous: boolean;
  readonly message?: string | undefined;
  readonly locale: Locale;
};

/** What the bounds of an input come from, and the language that its errors are said in where the input names none. */
export type GivingRules = { newsroom: Newsroom; siteOrigins: string[]; locale: Locale };

const line = (longest: number) =>
  z
    .string('error_text')
    .trim()
    .max(longest, 'error_text_long')
    .regex(/^\P{Cc}*$/u, 'error_text')
    .transform((text) => text || undefined)
    .optional();

const shared = {
  amount: z.int('error_amount').positive('error_amount'),
  currency: z.string('error_currency').max(3, 'error_currency').toLowerCase(),
  email: z.email('error_email').max(254, 'error_email').optional(),
  name: line(100),
  article: z
    .strictObject(
      { url: z.string('error_article'), id: line(100), title: line(300), section: line(100) },
      { error: 'error_value' },
    )
    .optional(),
  campaign: line(100),
  placement: line(100),
  cover_fees: z.boolean('error_value').default(false),
  newsletter: z.enum(['daily', 'weekly'], 'error_value').optional(),
  anonymous: z.boolean('error_value').default(false),
  message: z
    .string('error_text')
    .trim()
    .max(500, 'error_text_long')
    .regex(/^[^\0]*$/, 'error_text')
    .transform((text) => text || undefined)
    .optional(),
  locale: z.string('error_value').max(35, 'error_value').optional(),
  attempt: z
    .string('error_value')
    .regex(/^[A-Za-z0-9_-]{8,64}$/, 'error_value')
    .optional(),
};

/** The body of `POST /v1/donations`. */
export const donationBody = z.strictObject(shared);

/** The body of `POST /v1/subscriptions`. */
export const subscriptionBody = z.strictObject({ ...shared, interval: z.enum(['month', 'year'], 'error_interval') });

/** A one-time gift from the body of a request; throws `invalid-input` that names everything that is wrong at once. */
export function readDonationInput(rules: GivingRules, body: unknown): GivingInput<'once'> {
  const { interval: _, ...input } = read(rules, donationBody, body);
  return { ...input, interval: 'once' };
}

/** A recurring gift from the body of a request; throws `invalid-input` that names everything that is wrong at once. */
export function readSubscriptionInput(rules: GivingRules, body: unknown): GivingInput<'month' | 'year'> {
  const { interval, ...input } = read(rules, subscriptionBody, body);
  return { ...input, interval: interval! };
}

type Body = z.infer<typeof donationBody> & { interval?: 'month' | 'year' };

function read(
  rules: GivingRules,
  schema: z.ZodType<Body>,
  body: unknown,
): Omit<GivingInput, 'interval'> & Pick<Body, 'interval'> {
  const parsed = schema.safeParse(body);
  const raw = toRecord(body);
  const locale = pickLocale(typeof raw.locale === 'string' ? [raw.locale] : [], rules.locale);
  const say = speak(locale, 'giving');
  const given = toRecord(raw.article).url;
  const address = typeof given === 'string' ? findArticleAddress(given, rules.siteOrigins) : undefined;
  const errors = [...shapeErrors(parsed.error, say), ...boundErrors(rules.newsroom, raw, locale)];
  if (typeof given === 'string' && !address) {
    errors.push({ pointer: '/article/url', detail: say('error_article') });
  }
  if (!parsed.success || errors.length > 0) {
    throw new AppError('invalid-input', say('error_summary'), { errors });
  }
  const { amount, currency, cover_fees, article, ...rest } = parsed.data;
  return {
    ...rest,
    amount: money(BigInt(amount), currency as Currency),
    coverFees: cover_fees,
    article: article && address ? { ...article, url: address } : undefined,
    locale,
  };
}

function shapeErrors(error: z.ZodError | undefined, say: Say): FieldError[] {
  return (error?.issues ?? []).flatMap((issue) => {
    const detail = issue.message.startsWith('error_') ? issue.message : 'error_value';
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ pointer: toPointer([...issue.path, key]), detail: say('error_unknown') }))
      : [{ pointer: toPointer(issue.path), detail: say(detail) }];
  });
}

/** What the newsroom and Stripe do not take: the currency, an amount out of bounds, a fee that is not known. */
function boundErrors(newsroom: Newsroom, raw: Record<string, unknown>, locale: Locale): FieldError[] {
  const { amount, currency } = raw;
  const say = speak(locale, 'giving');
  if (typeof currency !== 'string' || currency.length > 3) {
    return [];
  }
  const offer = findOffer(newsroom, currency.toLowerCase());
  if (!offer) {
    return [{ pointer: '/currency', detail: say('error_currency') }];
  }
  const wrongAmount =
    Number.isSafeInteger(amount) && Number(amount) > 0 ? amountError(offer, BigInt(Number(amount)), locale) : undefined;
  return [
    ...(wrongAmount ? [{ pointer: '/amount', detail: wrongAmount }] : []),
    ...(raw.cover_fees === true && !offer.fee ? [{ pointer: '/cover_fees', detail: say('error_cover_fees') }] : []),
  ];
}

/** Why an amount (minor units) cannot be given, in words; undefined if it can. */
export function amountError(offer: CurrencyOffer, minor: bigint, locale: Locale): string | undefined {
  const say = speak(locale, 'giving');
  const shown = (bound: bigint) => ({
    amount: isolate(locale, formatMoney(money(bound, offer.currency), locale, { short: true })),
  });
  const increment = incrementOf(offer.currency);
  if (minor < offer.minimumMinor) {
    return say('error_amount_minimum', shown(offer.minimumMinor));
  }
  if (minor > offer.maximumMinor) {
    return say('error_amount_maximum', shown(offer.maximumMinor));
  }
  return minor % increment === 0n ? undefined : say('error_amount_increment', shown(increment));
}

/** The one spelling of an article's address; undefined for what is none of this newsroom's. */
export function findArticleAddress(text: string, siteOrigins: string[]): string | undefined {
  try {
    return toArticleAddress(text, siteOrigins);
  } catch (error) {
    if (error instanceof AppError && error.code === 'article-not-allowed') {
      return undefined;
    }
    throw error;
  }
}

/** A JSON pointer (RFC 6901). */
function toPointer(path: PropertyKey[]): string {
  return path.map((part) => `/${String(part).slice(0, 60).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
