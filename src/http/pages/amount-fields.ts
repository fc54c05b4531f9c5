import { type Html, html } from '../../html.ts';
import { formatMoney, money } from '../../money.ts';
import type { Interval } from '../../newsroom.ts';
import { isolate, type Locale, speak } from '../../text.ts';
import type { DonateForm, FormError } from '../donate-form.ts';
import { formatExample } from './gift-words.ts';

type View = { form: DonateForm; locale: Locale; errors: FormError[] };

/** The suggested amounts of one interval, and `own`. */
export function amountFields({ form, interval, locale, errors }: View & { interval: Interval }): Html {
  const say = speak(locale, 'giving');
  const { currency, suggestedMinor } = form.offer;
  const name = `amount_${interval}`;
  const error = errors.find(({ field }) => field === name);
  const amounts = suggestedMinor[interval].map((minor) => ({
    value: String(minor),
    label: formatMoney(money(minor, currency), locale, { short: true }),
  }));
  return html`<fieldset class="choices" data-interval="${interval}"${error && html` aria-describedby="${name}_error"`}>
<legend>${say('amount')}</legend>
${[...amounts, { value: 'own', label: say('own_amount') }].map(({ value, label }, index) => {
  const checked = form.chosen[interval] === value && html` checked`;
  const id = index === 0 && html` id="${name}"`; // what the error above the form leads to
  return html`<label class="choice"><input type="radio" name="${name}" value="${value}"${id}${checked}><span><bdi>${label}</bdi></span></label>
`;
})}</fieldset>
${error && html`<p class="error" id="${name}_error">${error.detail}</p>`}`;
}

/** The amount a reader types. */
export function ownAmountField({ form, locale, errors }: View): Html {
  const say = speak(locale, 'giving');
  const error = errors.find(({ field }) => field === 'own_amount');
  const described = `own_amount_hint${error ? ' own_amount_error' : ''}`;
  return html`<div class="${error ? 'field own-amount invalid' : 'field own-amount'}">
<label for="own_amount">${say('own_amount_label', { currency: isolate(locale, form.offer.currency.toUpperCase()) })}</label>
<p class="hint" id="own_amount_hint">${say('own_amount_hint', { example: isolate(locale, formatExample(form.offer, locale)) })}</p>
<input id="own_amount" name="own_amount" inputmode="decimal" autocomplete="off" value="${form.ownAmount}" aria-describedby="${described}"${
    error && html` aria-invalid="true"`
  }>
${error && html`<p class="error" id="own_amount_error">${error.detail}</p>`}
</div>`;
}
