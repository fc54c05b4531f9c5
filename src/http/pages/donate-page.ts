import { digitsOf, incrementOf } from '../../currency.ts';
import { type Html, html, safeHref } from '../../html.ts';
import type { Interval } from '../../newsroom.ts';
import type { Services } from '../../services.ts';
import { isolate, type Locale, type Say, speak } from '../../text.ts';
import type { DonateForm, FormError } from '../donate-form.ts';
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
${title && html`<p class="kicker">${say('give_article', { title: isolate(locale, title) })}</p>`}
<h1 class="headline">${say('give_headline')}</h1>
<p class="lead">${say('give_lead')}</p>
${notices.map(noticeLine)}
${currencyLinks(services, form, locale)}
<form class="gift" method="post" action="/donate?locale=${locale}" novalidate${formData(form, locale)}>
${hiddenFields(form)}
${errorSummary(errors, say)}
<fieldset class="choices segments">
<legend>${say('interval')}</legend>
${form.open.map((interval) => intervalChoice(interval, form, say))}
</fieldset>
${form.open.map((interval) => amountFields({ form, interval, locale, errors }))}
${ownAmountField({ form, locale, errors })}
${form.offer.fee && feeCheck(form, locale)}
<div class="actions"><button class="button">${say('go_to_payment')}</button> ${wayBack(services, form, locale)}</div>
<p class="fine">${say('payment_note')}</p>
</form>
</article>`;
  return page({ services, locale, title: titleOf({ services, locale, form, errors, notices }), body, script: true });
}

/** Trouble takes the focus, so that it is read first. */
function noticeLine({ text, problem }: Notice): Html {
  return problem
    ? html`<p class="notice problem" role="alert" tabindex="-1" autofocus>${text}</p>`
    : html`<p class="notice">${text}</p>`;
}

/** What the window says: differs between the form as it is opened and each way in which it comes back. */
function titleOf({ errors = [], notices = [], form, locale }: View): string {
  const say = speak(locale, 'giving');
  const state = errors.length > 0 ? 'refused' : notices.some(({ problem }) => problem) ? 'trouble' : form.gift && 'back';
  return state ? say(`title_${state}`, { title: say('give') }) : say('give');
}

function intervalChoice(interval: Interval, form: DonateForm, say: Say): Html {
  const checked = form.interval === interval && html` checked`;
  return html`<label class="choice"><input type="radio" name="interval" value="${interval}"${checked}><span>${say(interval)}</span></label>
`;
}

function feeCheck({ coverFees }: DonateForm, locale: Locale): Html {
  const say = speak(locale, 'giving');
  const total = say('cover_fees_total', { total: isolate(locale, '{total}') });
  return html`<label class="check">
<input type="checkbox" id="cover_fees" name="cover_fees" value="1"${coverFees && html` checked`}>
<span>${say('cover_fees')} <output class="sum" data-text="${total}"></output></span>
</label>`;
}

function wayBack({ config }: Pick<Services, 'config'>, { origin }: DonateForm, locale: Locale): Html {
  const say = speak(locale, 'giving');
  const { name, homepage } = config.newsroom;
  return origin.article
    ? html`<a class="quiet" href="${safeHref(origin.article)}">${say('back_to_article')}</a>`
    : html`<a class="quiet" href="${safeHref(homepage)}">${say('home', { newsroom: isolate(locale, name) })}</a>`;
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
function currencyLinks({ config }: Pick<Services, 'config'>, form: DonateForm, locale: Locale): Html | false {
  const { offers } = config.newsroom;
  const carried = { ...form.origin, ...(form.gift && { gift: form.gift }) };
  return (
    offers.length > 1 &&
    html`<nav class="currencies" aria-label="${speak(locale, 'giving')('currency')}">${offers.map(({ currency }) => {
      const address = `/donate?${new URLSearchParams({ currency, locale, ...carried })}`;
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
  const hidden = {
    attempt: form.attempt,
    currency: form.offer.currency,
    ...form.origin,
    ...(form.gift && { gift: form.gift }),
    ...(form.proof && { proof: form.proof }),
  };
  return Object.entries(hidden).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">
`,
  );
}
