import { createHash } from 'node:crypto';
import { plusSeconds } from '../clock.ts';
import { grossUp, type Money } from '../money.ts';
import { findOffer, type Newsroom } from '../newsroom.ts';
import type { Services } from '../services.ts';
import type { CheckoutRequest } from '../stripe/checkout-request.ts';
import { speak } from '../text.ts';
import type { GivingInput } from './giving-input.ts';

/** How long a page at Stripe can be paid; Stripe takes 30 minutes to 24 hours. */
const pageLifetimeSeconds = 3600;

/** What is charged: the amount, and where the donor covers the fee, so much more that the amount is left after it. */
export function chargedAmount(newsroom: Newsroom, { amount, coverFees }: Pick<GivingInput, 'amount' | 'coverFees'>): Money {
  const fee = findOffer(newsroom, amount.currency)?.fee;
  return fee && coverFees ? grossUp(amount, fee) : amount;
}

/** What is written down of a wish, by column, as JSON has it. */
export type GiftColumns = ReturnType<typeof toGiftColumns>;

/** What is written down of a wish; donations and subscriptions have the same columns for it. */
export function toGiftColumns(newsroom: Newsroom, input: GivingInput) {
  const { article, amount, campaign, placement, newsletter, anonymous, message, locale } = input;
  const charged = chargedAmount(newsroom, input);
  return {
    currency: charged.currency,
    amount_minor: charged.minor.toString(),
    fee_cover_minor: (charged.minor - amount.minor).toString(),
    article_url: article?.url,
    article_id: article?.id,
    article_title: article?.title,
    section: article?.section,
    campaign,
    placement,
    newsletter,
    anonymous,
    message,
    locale,
  };
}

/** What Stripe is asked for a gift `id`; whole seconds, as Stripe has them. */
export function toCheckoutRequest(
  { config, clock }: Pick<Services, 'config' | 'clock'>,
  id: string,
  input: GivingInput,
): CheckoutRequest {
  const say = speak(input.locale, 'giving');
  const { newsroom, publicUrl } = config;
  const expiresAt = plusSeconds(clock.now(), pageLifetimeSeconds);
  expiresAt.setUTCMilliseconds(0);
  return {
    reference: id,
    amount: chargedAmount(newsroom, input),
    ...(input.interval !== 'once' && { interval: input.interval }),
    ...(input.email && { email: input.email }),
    locale: input.locale,
    description: say(`payment_${input.interval}`, { newsroom: newsroom.name }),
    ...(newsroom.statement_descriptor && { statementDescriptor: newsroom.statement_descriptor }),
    successUrl: `${publicUrl}/thanks/${id}`,
    cancelUrl: `${publicUrl}/donate?gift=${id}`,
    expiresAt,
  };
}

/** Tells one wish from another: all that was asked for, without the attempt and the language it was asked in. */
export function hashWish({ attempt: _, locale: __, ...wish }: GivingInput): Buffer {
  const plain = { ...wish, amount: [wish.amount.minor.toString(), wish.amount.currency] };
  return createHash('sha256').update(JSON.stringify(plain, sortKeys)).digest();
}

function sortKeys(_key: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;
}
