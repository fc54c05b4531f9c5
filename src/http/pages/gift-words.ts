import { digitsOf } from '../../currency.ts';
import { type Html, html } from '../../html.ts';
import { type Money, money, toDecimal } from '../../money.ts';
import type { CurrencyOffer } from '../../newsroom.ts';
import type { Locale } from '../../text.ts';

/** An amount as one would type it: the locale's digits and separators, no currency. */
export function formatTyped(amount: Money, locale: Locale): string {
  const digits = digitsOf(amount.currency);
  const style = { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false };
  return new Intl.NumberFormat(locale, style).format(toDecimal(amount) as `${number}`);
}

/** An example of an amount in a currency: the first suggested one. */
export function formatExample({ currency, suggestedMinor }: CurrencyOffer, locale: Locale): string {
  return formatTyped(money(suggestedMinor.once[0]!, currency), locale);
}

/** A line of facts; `amount` lines figures up. */
export type Fact = { label: string; value: string | Html; amount?: boolean } | undefined | false | null;

/** What is known of a gift, a line each. */
export function factList(facts: Fact[]): Html {
  return html`<dl class="facts">${facts.map(
    (fact) =>
      fact &&
      html`<div><dt>${fact.label}</dt><dd${fact.amount ? html` class="amount"` : null}><bdi>${fact.value}</bdi></dd></div>`,
  )}</dl>`;
}
