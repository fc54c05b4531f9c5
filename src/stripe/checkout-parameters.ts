import type Stripe from 'stripe';
import type { CheckoutRequest } from './checkout-request.ts';
import { metadataKeys } from './gateway.ts';
import { toStripeAmount } from './to-money.ts';

/** The one product that every gift is of; `npm run setup` makes it. */
export const donationProductId = 'gratis_donation';

/** What Stripe's page speaks, as docs.stripe.com/payments/checkout lists it. */
const locales = new Set(
  `bg cs da de el en en-GB es es-419 et fi fil fr fr-CA hr hu id it ja ko lt lv ms mt nb nl pl pt pt-BR ro ru sk sl sv th tr vi zh
  zh-HK zh-TW`.split(/\s+/),
);

/** What is asked of Stripe for a page on which to pay: its own hosted one, marked as ours in all three places. */
export function checkoutParameters(request: CheckoutRequest): Stripe.Checkout.SessionCreateParams {
  const { interval, reference } = request;
  const metadata = { [interval ? metadataKeys.subscription : metadataKeys.donation]: reference };
  return {
    mode: interval ? 'subscription' : 'payment',
    submit_type: 'donate',
    line_items: [{ quantity: 1, price_data: priceData(request) }],
    client_reference_id: reference,
    metadata,
    ...(interval
      ? { subscription_data: { metadata, description: request.description } }
      : { payment_intent_data: { metadata, description: request.description, ...statementSuffix(request.statementDescriptor) } }),
    ...(request.email && { customer_email: request.email }),
    locale: toStripeLocale(request.locale),
    adaptive_pricing: { enabled: false }, // the donor pays the amount and the currency that were chosen with us
    success_url: request.successUrl,
    cancel_url: request.cancelUrl,
    expires_at: Math.floor(request.expiresAt.getTime() / 1000),
  };
}

/** The nearest locale that Stripe's page speaks; 'auto' leaves it to the browser. */
export function toStripeLocale(locale: string | undefined): Stripe.Checkout.SessionCreateParams.Locale {
  const nearest = [locale, locale?.split('-')[0]].find((name) => name && locales.has(name));
  return (nearest ?? 'auto') as Stripe.Checkout.SessionCreateParams.Locale;
}

function priceData({ amount, interval }: CheckoutRequest): Stripe.Checkout.SessionCreateParams.LineItem.PriceData {
  return {
    currency: amount.currency,
    unit_amount: toStripeAmount(amount),
    product: donationProductId,
    ...(interval && { recurring: { interval } }),
  };
}

/** Stripe's rule for the text on a card statement: at most 22 characters, a letter among them, none of < > \ ' " *. */
function statementSuffix(text: string | undefined): { statement_descriptor_suffix?: string } {
  return text && /^[\x20-\x7e]{1,22}$/.test(text) && /[a-z]/i.test(text) && !/[<>\\'"*]/.test(text)
    ? { statement_descriptor_suffix: text }
    : {};
}
