import { formatAmount, formatExample } from '../money/format-amount.ts';
import { parseAmount } from '../money/parse-amount.ts';
import type { CurrencyConfig, Interval } from './config.ts';
import { h } from './dom.ts';
import { textField } from './text-field.ts';
import { chosen, tiles } from './tiles.ts';
import { say, type TextKey, type Visit } from './visit.ts';

/** The amount in minor units, or in words why there is none. */
export type ChosenAmount =
  | { readonly minor: number; readonly error?: undefined }
  | { readonly minor?: undefined; readonly error: string };

/** The suggested amounts of an interval with an own amount beside them. */
export interface AmountChoice {
  readonly element: HTMLElement;
  /** Suggests the amounts of this currency and interval; an own amount that was begun stays. */
  readonly offer: (currency: CurrencyConfig, interval: Interval) => void;
  readonly read: () => ChosenAmount;
  /** Says what is wrong with the amount, at the own amount, and moves the focus there. */
  readonly refuse: (error: string) => void;
}

/** The choice of an amount; `onchange` is called whenever `read` may answer something else. */
export function amountChoice(visit: Visit, onchange: () => void): AmountChoice {
  const { locale } = visit.config;
  const own = textField('own-amount', { inputmode: 'decimal', autocomplete: 'off' });
  own.input.addEventListener('input', onchange);
  let currency = visit.currency;
  let group: HTMLElement = h('div');
  const showOwn = () => {
    own.element.hidden = chosen(group) !== 'own';
    onchange();
  };
  const place = h('div', { class: 'amount-row' }, group, own.element);
  return {
    element: place,
    offer(nextCurrency, interval) {
      const before = chosen(group);
      currency = nextCurrency;
      const fresh = suggestions(visit, currency, interval, before === 'own', showOwn);
      fresh.addEventListener('click', ({ detail }) => {
        if (detail > 0 && chosen(fresh) === 'own') {
          showOwn();
          own.input.focus(); // a finger or mouse wants to type next; arrow keys may be on their way to another amount
        }
      });
      group.replaceWith(fresh);
      group = fresh;
      own.label.textContent = say(visit, 'own_amount_label', { currency: currency.code.toUpperCase() });
      own.hint.textContent = say(visit, 'own_amount_hint', { example: example(currency, locale) });
      own.refuse('');
      showOwn();
    },
    read: () => (chosen(group) === 'own' ? readOwn(visit, currency, own.input.value) : { minor: Number(chosen(group)) }),
    refuse(error) {
      const radio = group.querySelector<HTMLInputElement>('input[value="own"]')!;
      radio.checked = true;
      showOwn();
      own.refuse(error);
    },
  };
}

function suggestions(
  visit: Visit,
  currency: CurrencyConfig,
  interval: Interval,
  ownChosen: boolean,
  onchange: () => void,
): HTMLElement {
  const amounts = currency.suggested[interval];
  const middle = amounts[Math.floor((amounts.length - 1) / 2)];
  return tiles({
    name: 'amount',
    legend: say(visit, 'amount'),
    tiles: [
      ...amounts.map((minor) => ({ value: String(minor), text: formatAmount(minor, currency, visit.config.locale, true) })),
      { value: 'own', text: say(visit, 'own_amount') },
    ],
    chosen: ownChosen || middle === undefined ? 'own' : String(middle),
    onchange,
  });
}

function readOwn(visit: Visit, currency: CurrencyConfig, typed: string): ChosenAmount {
  const { locale } = visit.config;
  const parsed = parseAmount(typed, currency.digits, locale);
  if (parsed.error && parsed.error !== 'too-large') {
    const key = `amount_${parsed.error.replace('-', '_')}` as TextKey;
    return { error: say(visit, key, { example: example(currency, locale) }) };
  }
  const minor = parsed.error ? Number.POSITIVE_INFINITY : parsed.minor;
  const beyond = (key: TextKey, limit: number) => ({
    error: say(visit, key, { amount: formatAmount(limit, currency, locale, true) }),
  });
  if (minor < currency.minimum) {
    return beyond('amount_minimum', currency.minimum);
  }
  if (minor > currency.maximum) {
    return beyond('amount_maximum', currency.maximum);
  }
  return minor % currency.increment ? beyond('amount_increment', currency.increment) : { minor };
}

/** An amount as one would type it: the first suggestion and a half, so that the decimal mark shows where there is one. */
function example(currency: CurrencyConfig, locale: string): string {
  const whole = currency.suggested.once[0] ?? currency.minimum;
  const minor = Math.floor((whole * 3) / 2);
  return formatExample(minor - (minor % currency.increment), currency.digits, locale);
}
