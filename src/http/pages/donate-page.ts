import { digitsOf, incrementOf } from '../../currency.ts';
import { type Html, html, safeHref } from '../../html.ts';
import type { Interval } from '../../newsroom.ts';
import type { Services } from '../../services.ts';
import { type Locale, type Say, speak } from '../../text.ts';
import { type DonateForm, type FormError, intervals } from '../donate-form.ts';
import { amountFields, ownAmountField } from './amount-fields.ts';
import { page } from './layout.ts';

/** Something to know above the form: `problem` where something did not work. */
export type Notice = { text: string; problem: boolean };

type View = { services: Pick<Services, 'config'>; locale: Locale; form: DonateForm; errors?: FormError[]; notices?: Notice[] };

/** The form on /donate, with what was entered. */
export function donatePage({ services, locale, form, errors = [], notices = [] }: View): Html {
  const say = speak(locale, 'giving');
  const { article_title: title } = form.origin;
  const body = html`<article class="card">
${title && html`<p class="kicker">${say('give_article', { title })}</p>`}
<h1 class="headline">${say('give_headline')}</h1>
<p class="lead">${say('give_lead')}</p>
${notices.map(({ text, problem }) => html`<p class="${problem ? 'notice problem' : 'notice'}"${problem ? html` role="alert"` : null}>${text}</p>`)}
${currencyLinks(services, form, say)}
<form class="gift" method="post" action="/donate" novalidate${formData(form, locale)}>
${hiddenFields(form)}
${errorSummary(errors, say)}
<fieldset class="choices segments">
<legend>${say('interval')}</legend>
${intervals.map((interval) => intervalChoice(interval, form, say))}
</fieldset>
${intervals.map((interval) => amountFields({ form, interval, locale, errors }))}
${ownAmountField({ form, locale, errors })}
${form.offer.fee && feeCheck(form, say)}
<div class="actions"><button class="button">${say('go_to_payment')}</button> ${wayBack(services, form, say)}</div>
<p class="fine">${say('payment_note')}</p>
</form>
</article>`;
  return page({ services, locale, title: say('give'), body, script: true });
}

function intervalChoice(interval: Interval, form: DonateForm, say: Say): Html {
  const checked = form.interval === interval && html` checked`;
  return html`<label class="choice"><input type="radio" name="interval" value="${interval}"${checked}><span>${say(interval)}</span></label>
`;
}

function feeCheck({ coverFees }: DonateForm, say: Say): Html {
  const total = say('cover_fees_total', { total: '{total}' });
  return html`<label class="check">
<input type="checkbox" id="cover_fees" name="cover_fees" value="1"${coverFees && html` checked`}>
<span>${say('cover_fees')} <output class="sum" data-text="${total}"></output></span>
</label>`;
}

function wayBack({ config }: Pick<Services, 'config'>, { origin }: DonateForm, say: Say): Html {
  const { name, homepage } = config.newsroom;
  return origin.article
    ? html`<a class="quiet" href="${safeHref(origin.article)}">${say('back_to_article')}</a>`
    : html`<a class="quiet" href="${safeHref(homepage)}">${say('home', { newsroom: name })}</a>`;
}

function errorSummary(errors: FormError[], say: Say): Html | false {
  return (
    errors.length > 0 &&
    html`<div class="notice problem" role="alert" tabindex="-1" autofocus>
<p>${say('error_summary')}</p>
<ul>${errors.map(({ field, detail }) => html`<li><a href="#${field}">${detail}</a></li>`)}</ul>
</div>`
  );
}

/** The other currencies, where there are any; what the reader came with goes along. */
function currencyLinks({ config }: Pick<Services, 'config'>, form: DonateForm, say: Say): Html | false {
  const { offers } = config.newsroom;
  const carried = { ...form.origin, ...(form.gift && { gift: form.gift }) };
  return (
    offers.length > 1 &&
    html`<nav class="currencies" aria-label="${say('currency')}">${offers.map(({ currency }) => {
      const address = `/donate?${new URLSearchParams({ currency, ...carried })}`;
      const current = currency === form.offer.currency && html` aria-current="true"`;
      return html`<a href="${address}"${current}>${currency.toUpperCase()}</a> `;
    })}</nav>`
  );
}

/** What pages.js needs to say the sum with fees exactly. */
function formData({ offer }: DonateForm, locale: Locale): Html {
  const { currency, fee } = offer;
  return html` data-locale="${locale}" data-currency="${currency}" data-digits="${digitsOf(currency)}" data-increment="${incrementOf(currency)}"${
    fee && html` data-fee-basis-points="${fee.basisPoints}" data-fee-fixed="${fee.fixedMinor}"`
  }`;
}

/** What comes back with the form unseen; the attempt makes sending it twice the same gift. */
function hiddenFields(form: DonateForm): Html[] {
  const hidden = { attempt: form.attempt, currency: form.offer.currency, ...form.origin, ...(form.gift && { gift: form.gift }) };
  return Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
  );
}
