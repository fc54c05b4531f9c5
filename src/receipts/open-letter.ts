import type { Config } from '../config.ts';
import { toCurrency } from '../currency.ts';
import type { Block } from '../mail/letter-layout.ts';
import { money, sayMoney } from '../money.ts';
import { isolate, type Locale, pickLocale, speak } from '../text.ts';

/** A gift and its donor, as far as a letter's opening needs them; `locale`: of the gift, which goes before the donor's. */
export type LetterGift = {
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly locale: string | null;
  readonly donor_locale: string | null;
  readonly name: string | null;
};

export type LetterOpening = {
  readonly locale: Locale;
  readonly greeting: Block;
  readonly values: { newsroom: string; amount: string };
};

/** What every letter about a gift begins with: its language, the greeting, and the newsroom and the sum as that language writes them. */
export function openLetter({ newsroom }: Config, gift: LetterGift): LetterOpening {
  const locale = pickLetterLocale(newsroom.locale, gift);
  return {
    locale,
    greeting: greet(locale, gift.name),
    values: {
      newsroom: isolate(locale, newsroom.name),
      amount: isolate(locale, sayMoney(money(gift.amount_minor, toCurrency(gift.currency)), locale)),
    },
  };
}

/** The language of the page on which it was given, else the donor's, else the newsroom's. */
export function pickLetterLocale(
  fallback: Locale,
  { locale, donor_locale }: Pick<LetterGift, 'locale' | 'donor_locale'>,
): Locale {
  return pickLocale(
    [locale, donor_locale].filter((wished) => wished !== null),
    fallback,
  );
}

/** The first line of a letter. */
export function greet(locale: Locale, name: string | null | undefined): Block {
  const say = speak(locale, 'mail');
  return { kind: 'text', text: name ? say('hello_name', { name: isolate(locale, name) }) : say('hello') };
}
