import type Stripe from 'stripe';
import { formatAmount } from '../currencies.ts';
import { testAccounts } from '../test-accounts.ts';
import { testCards } from '../test-cards.ts';
import { type Html, html, webLink } from './html.ts';

/** What was typed, and what is wrong with it. */
export type Typed = { values: Record<string, string>; errors: Record<string, string>; problem: string | null };

type View = { session: Stripe.Checkout.Session; lines: Stripe.LineItem[]; brand: string; locale: string; typed: Typed };

/** The page on which a session is paid. */
export function checkoutView({ session, lines, brand, locale, typed }: View): Html {
  const money = (minor: number) => formatAmount(minor, session.currency ?? 'usd', locale);
  const amount = money(session.amount_total ?? 0);
  const every = recurrence(lines[0]?.price?.recurring);
  const action = actionWord(session);
  return html`
<section aria-label="What you pay">
  ${session.cancel_url && html`<a class="back" href="${webLink(session.cancel_url)}"><span aria-hidden="true">←</span> Back</a>`}
  <p class="brand">${brand}</p>
  <h1>${action} with a card</h1>
  <p class="amount">${amount} ${every && html`<small>${every}</small>`}</p>
  <ul class="lines">${lines.map((line) => html`<li><span>${line.description}${(line.quantity ?? 1) > 1 && ` × ${line.quantity}`}</span><span>${money(line.amount_total)}</span></li>`)}</ul>
</section>
<section class="panel" aria-label="Payment">
  ${typed.problem && html`<p class="problem" role="alert">${typed.problem}</p>`}
  <form method="post" action="/c/pay/${session.id}">
    ${payerFields(session, typed)}
    ${cardFields(typed)}
    ${consentField(session, typed)}
    ${session.custom_text.submit && html`<p class="hint above">${session.custom_text.submit.message}</p>`}
    <button class="main-action" type="submit">${action} ${amount}${every && html` ${every}`}</button>
    ${testCardButtons(session)}
  </form>
</section>`;
}

function payerFields(session: Stripe.Checkout.Session, typed: Typed): Html {
  const given = session.customer_email;
  const email = given
    ? html`<div class="field"><label for="email">E-mail</label><input id="email" name="email" type="email" value="${given}" readonly></div>`
    : field(typed, { name: 'email', label: 'E-mail', type: 'email', autocomplete: 'email', required: true });
  return html`${email}${field(typed, { name: 'name', label: 'Name on the card (optional)', autocomplete: 'cc-name' })}`;
}

function cardFields(typed: Typed): Html {
  return html`
    ${field(typed, { name: 'number', label: 'Card number', autocomplete: 'cc-number', inputmode: 'numeric', placeholder: '4242 4242 4242 4242', required: true })}
    <div class="row">
      ${field(typed, { name: 'expiry', label: 'Expires (MM / YY)', autocomplete: 'cc-exp', inputmode: 'numeric', placeholder: '12 / 34', required: true })}
      ${field(typed, { name: 'cvc', label: 'Security code', autocomplete: 'cc-csc', inputmode: 'numeric', placeholder: '123', required: true })}
    </div>`;
}

type FieldLook = {
  name: string;
  label: string;
  type?: string;
  autocomplete: string;
  inputmode?: string;
  placeholder?: string;
  required?: boolean;
};

/** One labelled input with its error under it. Card data is never shown again. */
function field({ values, errors }: Typed, look: FieldLook): Html {
  const { name } = look;
  const value = ['number', 'cvc'].includes(name) ? '' : (values[name] ?? '');
  const error = errors[name];
  return html`<div class="field"><label for="${name}">${look.label}</label><input id="${name}" name="${name}" type="${look.type ?? 'text'}"
    autocomplete="${look.autocomplete}" inputmode="${look.inputmode ?? (look.type === 'email' ? 'email' : 'text')}" placeholder="${look.placeholder}" value="${value}"
    ${look.required && html`required`} ${error && html`aria-invalid="true" aria-describedby="${name}-error"`}>${error && html`<p class="error" id="${name}-error">${error}</p>`}</div>`;
}

function consentField(session: Stripe.Checkout.Session, { errors }: Typed): Html | null {
  if (session.consent_collection?.terms_of_service !== 'required') {
    return null;
  }
  const words = session.custom_text.terms_of_service_acceptance?.message ?? 'I agree to the terms of service.';
  return html`<div class="field"><label class="check"><input type="checkbox" name="terms" value="accepted" required>${words}</label>
    ${errors.terms && html`<p class="error">${errors.terms}</p>`}</div>`;
}

function testCardButtons(session: Stripe.Checkout.Session): Html {
  return html`<fieldset class="cards"><legend>Or use a test card</legend>${testCardChoices(session.payment_method_types)}
    ${!session.customer_email && html`<p class="hint">Without an e-mail above, donor@example.com is used.</p>`}</fieldset>`;
}

/** A submit button for each test card that people try by hand, and for test bank accounts where they may pay. */
export function testCardChoices(types: string[] = ['card']): Html {
  const cards = testCards.map(({ button, ids, number }) => ({
    button,
    id: ids[0],
    ending: `card ending in ${number.slice(-4)}`,
  }));
  const accounts = testAccounts.map(({ button, ids, iban }) => ({
    button,
    id: ids[0],
    ending: `account ending in ${iban.slice(-4)}`,
  }));
  const choices = types.includes('sepa_debit') ? [...cards, ...accounts] : cards;
  const buttons = choices
    .filter(({ button }) => button)
    .map(
      ({ button, id, ending }) =>
        html`<button type="submit" formnovalidate name="payment_method" value="${id}">${button}<small>${ending}</small></button>`,
    );
  return html`<div class="grid">${buttons}</div>`;
}

/** "per month", "every 3 months"; nothing for a single payment. */
export function recurrence(recurring: Stripe.Price.Recurring | null | undefined): string | null {
  if (!recurring) {
    return null;
  }
  return recurring.interval_count === 1
    ? `per ${recurring.interval}`
    : `every ${recurring.interval_count} ${recurring.interval}s`;
}

const actions: Record<string, string> = { donate: 'Donate', book: 'Book', pay: 'Pay', subscribe: 'Subscribe' };

function actionWord(session: Stripe.Checkout.Session): string {
  return actions[session.submit_type ?? ''] ?? (session.mode === 'subscription' ? 'Subscribe' : 'Pay');
}
