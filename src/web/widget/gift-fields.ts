import { coverFee } from '../money/fee-cover.ts';
import { formatAmount } from '../money/format-amount.ts';
import { type AmountChoice, amountChoice } from './amount-choice.ts';
import type { CurrencyConfig, Interval } from './config.ts';
import { h, link } from './dom.ts';
import type { Gift } from './gift-request.ts';
import { chosen, tiles } from './tiles.ts';
import { say, type Visit } from './visit.ts';

/** The choices of a gift. */
export interface GiftFields {
  readonly elements: HTMLElement[];
  /** The small print that belongs under the button. */
  readonly notes: HTMLElement;
  /** What is chosen; undefined where the own amount is none, which is then said at it. */
  readonly read: () => Gift | undefined;
  readonly refuseAmount: AmountChoice['refuse'];
}

/** How often, how much, in which currency and with fees or without; `button` always says the sum that will be asked for. */
export function giftFields(visit: Visit, button: HTMLElement): GiftFields {
  const interval = intervalChoice(visit, () => offer());
  const currencySelect = currencyChoice(visit, () => offer());
  const cover = h('input', { type: 'checkbox', name: 'cover-fees', onchange: () => showSums() });
  const total = h('strong');
  const coverLine = h('label', { class: 'check' }, cover, h('span', {}, say(visit, 'cover_fees'), ' ', total));
  const stopNote = h('span', {}, say(visit, 'stop_note'));
  const amounts = amountChoice(visit, () => showSums());

  const currency = () => visit.config.currencies.find(({ code }) => code === currencySelect.value) ?? visit.currency;
  const offer = () => amounts.offer(currency(), chosen(interval) as Interval);
  const showSums = () => {
    const amount = amounts.read();
    const { whole, withFees } = sums(amount.minor, currency(), cover.checked);
    const money = (minor: number) => formatAmount(minor, currency(), visit.config.locale);
    coverLine.hidden = currency().fee === null;
    total.textContent = withFees === undefined ? '' : say(visit, 'cover_fees_total', { amount: money(withFees) });
    button.textContent =
      whole === undefined ? say(visit, 'give') : say(visit, `give_${chosen(interval) as Interval}`, { amount: money(whole) });
    stopNote.hidden = chosen(interval) === 'once';
  };
  offer();
  return {
    elements: [interval, h('div', { class: 'amounts' }, currencyLabel(visit, currencySelect), amounts.element), coverLine],
    notes: notes(visit, stopNote),
    refuseAmount: amounts.refuse,
    read() {
      const amount = amounts.read();
      if (amount.error !== undefined) {
        amounts.refuse(amount.error);
        return undefined;
      }
      const fees = cover.checked && currency().fee !== null;
      return { amount: amount.minor, currency: currency().code, interval: chosen(interval) as Interval, cover_fees: fees };
    },
  };
}

/** The sum that is asked for, and what it is with the fees covered; undefined where there is no amount or no fee rate. */
function sums(minor: number | undefined, currency: CurrencyConfig, cover: boolean): { whole?: number; withFees?: number } {
  const withFees = minor === undefined || !currency.fee ? undefined : coverFee(minor, currency.fee, currency.increment);
  return { whole: cover ? (withFees ?? minor) : minor, withFees };
}

function intervalChoice(visit: Visit, onchange: () => void): HTMLElement {
  const { intervals } = visit.config;
  return tiles({
    name: 'interval',
    legend: say(visit, 'interval'),
    className: 'segments',
    tiles: intervals.map((value) => ({ value, text: say(visit, value) })),
    chosen: intervals[0] ?? 'once',
    onchange,
  });
}

function currencyChoice(visit: Visit, onchange: () => void): HTMLSelectElement {
  return h(
    'select',
    { name: 'currency', onchange },
    ...visit.config.currencies.map(({ code }) =>
      h('option', { value: code, selected: code === visit.currency.code }, code.toUpperCase()),
    ),
  );
}

function currencyLabel(visit: Visit, select: HTMLSelectElement): HTMLElement {
  const label = h('label', { class: 'currency' }, h('span', {}, say(visit, 'currency')), select);
  label.hidden = visit.config.currencies.length < 2;
  return label;
}

function notes(visit: Visit, stopNote: HTMLElement): HTMLElement {
  const { terms, privacy } = visit.config.links;
  const links = [link(terms, say(visit, 'terms')), link(privacy, say(visit, 'privacy'))].filter((each) => each !== undefined);
  return h('p', { class: 'fine notes' }, h('span', {}, say(visit, 'payment_note')), stopNote, ...links);
}
