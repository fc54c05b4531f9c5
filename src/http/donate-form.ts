import {
  findArticleAddress,
  type GivingInput,
  type GivingRules,
  readDonationInput,
  readSubscriptionInput,
} from '../donations/giving-input.ts';
import { AppError } from '../errors.ts';
import { type CurrencyOffer, findOffer, type Interval } from '../newsroom.ts';
import { isolate, speak } from '../text.ts';
import { formatExample } from './pages/gift-words.ts';
import { readTypedAmount } from './typed-amount.ts';

/** Where a reader came from; carried along unseen. */
export type Origin = {
  article?: string;
  article_id?: string;
  article_title?: string;
  section?: string;
  campaign?: string;
  placement?: string;
};

/** What stands in the form on /donate. */
export type DonateForm = {
  readonly attempt: string;
  readonly offer: CurrencyOffer;
  readonly interval: Interval;
  /** What is chosen for each interval: minor units, or `own` for the amount typed below. */
  readonly chosen: Record<Interval, string>;
  readonly ownAmount: string;
  readonly coverFees: boolean;
  readonly origin: Origin;
  /** The gift whose page was left without paying. */
  readonly gift?: string | undefined;
  /** A challenge that has to come back with the form, worked at or waited for. */
  readonly proof?: string | undefined;
  /** How often one may give now. */
  readonly open: readonly Interval[];
};

/** The bounds of a gift, and how often one may give now. */
export type OpenRules = GivingRules & { readonly open: readonly Interval[] };

/** A field that is wrong; `field` is the id of its input. */
export type FormError = { field: string; detail: string };

/** What was sent or asked for: fields or a query by name; a name that came twice counts once. */
export type Fields = Record<string, string>;

/** Text fields of a form or a query. */
export function toFields(given: unknown): Fields {
  const pairs = Object.entries(typeof given === 'object' && given !== null ? given : {}).map(([name, value]) => {
    const text: unknown = Array.isArray(value) ? value[0] : value;
    return [name, typeof text === 'string' ? text.slice(0, 2500).replaceAll('\0', '') : ''];
  });
  return Object.fromEntries(pairs);
}

/** The form as it was sent; `attempt` counts where none, or none of ours, came with it. An amount that is not among the tiles is an own one. */
export function toDonateForm(rules: OpenRules, fields: Fields, attempt: string): DonateForm {
  const offer = findOffer(rules.newsroom, (fields.currency ?? '').toLowerCase()) ?? rules.newsroom.offers[0]!;
  return {
    attempt: /^[A-Za-z0-9_-]{8,64}$/.test(fields.attempt ?? '') ? fields.attempt! : attempt,
    offer,
    interval: rules.open.find((interval) => interval === fields.interval) ?? rules.open[0] ?? 'once',
    open: rules.open,
    chosen: { once: choose(offer, 'once', fields), month: choose(offer, 'month', fields), year: choose(offer, 'year', fields) },
    ownAmount: (fields.own_amount ?? '').slice(0, 60),
    coverFees: fields.cover_fees === '1',
    origin: toOrigin(rules, fields),
    gift: /^(don|rec)_[0-9a-f]{32}$/.test(fields.gift ?? '') ? fields.gift : undefined,
  };
}

function choose({ suggestedMinor }: CurrencyOffer, interval: Interval, fields: Fields): string {
  const tiles = suggestedMinor[interval].map(String);
  const choice = fields[`amount_${interval}`];
  if (!choice) {
    return tiles[1] ?? tiles[0]!;
  }
  return tiles.includes(choice) ? choice : 'own';
}

/** Where the reader came from; what cannot be kept is left out, as it is not the reader's doing. */
export function toOrigin(rules: GivingRules, fields: Fields): Origin {
  const article = findArticleAddress(fields.article ?? '', rules.siteOrigins);
  const kept = (name: string, longest: number) =>
    (fields[name] ?? '')
      .replaceAll(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, longest);
  const all = {
    ...(article && {
      article,
      article_id: kept('article_id', 100),
      article_title: kept('article_title', 300),
      section: kept('section', 100),
    }),
    campaign: kept('campaign', 100),
    placement: kept('placement', 100),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value));
}

/** The gift that the form asks for, or what is wrong with it, all at once. */
export function readDonateForm(rules: GivingRules, form: DonateForm): { gift: GivingInput } | { errors: FormError[] } {
  const amount = readAmount(rules, form);
  if ('errors' in amount) {
    return amount;
  }
  const { article, article_id, article_title, section, campaign, placement } = form.origin;
  const body = {
    amount: amount.minor,
    currency: form.offer.currency,
    attempt: form.attempt,
    cover_fees: form.coverFees,
    ...(article && { article: { url: article, id: article_id, title: article_title, section } }),
    campaign,
    placement,
  };
  try {
    const once = form.interval === 'once';
    return { gift: once ? readDonationInput(rules, body) : readSubscriptionInput(rules, { ...body, interval: form.interval }) };
  } catch (error) {
    if (error instanceof AppError && error.errors) {
      return { errors: error.errors.map(({ pointer, detail }) => ({ field: fieldOf(form, pointer), detail })) };
    }
    throw error;
  }
}

/** The amount in minor units, typed or chosen. */
function readAmount({ locale }: GivingRules, form: DonateForm): { minor: number } | { errors: FormError[] } {
  const { offer, chosen, interval } = form;
  const choice = chosen[interval];
  const read = choice === 'own' ? readTypedAmount(form.ownAmount, offer.currency, locale) : readChoice(choice);
  if ('minor' in read) {
    return { minor: Number(read.minor) };
  }
  const detail = speak(locale, 'giving')(`error_amount_${read.error}`, {
    example: isolate(locale, formatExample(offer, locale)),
  });
  return { errors: [{ field: fieldOf(form, '/amount'), detail }] };
}

function readChoice(choice: string): { minor: bigint } | { error: 'empty' } {
  return /^\d{1,15}$/.test(choice) ? { minor: BigInt(choice) } : { error: 'empty' };
}

function fieldOf({ chosen, interval }: DonateForm, pointer: string): string {
  if (pointer === '/amount') {
    return chosen[interval] === 'own' ? 'own_amount' : `amount_${interval}`;
  }
  return pointer === '/cover_fees' ? 'cover_fees' : 'main';
}
