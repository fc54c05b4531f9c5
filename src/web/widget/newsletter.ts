import { openAttempt } from './attempt.ts';
import { h, link } from './dom.ts';
import { failureText, fieldError } from './failure.ts';
import { sending } from './sending.ts';
import { ask } from './service.ts';
import { textField } from './text-field.ts';
import { chosen, tiles } from './tiles.ts';
import { say, type Visit } from './visit.ts';

/** The sign-up for the daily or weekly e-mail. Offers are an unticked box: silence is a no. */
export function newsletter(visit: Visit): HTMLElement {
  const email = textField('email', { type: 'email', autocomplete: 'email', dir: 'ltr' });
  email.label.textContent = say(visit, 'email');
  const frequency = tiles({
    name: 'frequency',
    legend: say(visit, 'frequency'),
    className: 'segments',
    tiles: (['daily', 'weekly'] as const).map((value) => ({ value, text: say(visit, value) })),
    chosen: 'weekly',
  });
  const offers = h('input', { type: 'checkbox', name: 'offers' });
  const sendState = sending(visit, h('button', { class: 'button second' }, say(visit, 'sign_up')));
  const attempt = openAttempt();
  const submit = async (event: Event) => {
    event.preventDefault();
    const address = email.input.value.trim();
    if (!address || !email.input.checkValidity()) {
      return email.refuse(say(visit, 'email_wrong'));
    }
    if (!sendState.begin()) {
      return;
    }
    const { url, id } = visit.article;
    const json = JSON.stringify({ email: address, frequency: chosen(frequency), offers: offers.checked, article: { url, id } });
    const answer = await ask('POST', '/v1/newsletter-signups', json, attempt.keyFor(json));
    if (answer.ok) {
      return showSignedUp(visit, form, address);
    }
    const wrong = fieldError(answer, '/email');
    sendState.end(wrong ? '' : failureText(visit, answer));
    email.refuse(wrong ?? '');
  };
  const form = h(
    'form',
    { class: 'form letter', novalidate: true, 'aria-labelledby': 'letter', onsubmit: (event) => void submit(event) },
    letterHeading(say(visit, 'newsletter')),
    email.element,
    frequency,
    h('label', { class: 'check' }, offers, h('span', {}, say(visit, 'offers'))),
    sendState.element,
    h('p', { class: 'fine' }, link(visit.config.links.privacy, say(visit, 'privacy'))),
  );
  return form;
}

function letterHeading(text: string): HTMLHeadingElement {
  return h('h3', { class: 'headline', id: 'letter', tabindex: '-1' }, text);
}

/** Says that the sign-up counts only once it is confirmed, in the place of the form. */
function showSignedUp(visit: Visit, form: HTMLElement, email: string): void {
  const heading = letterHeading(say(visit, 'signed_up'));
  form.removeAttribute('aria-busy');
  form.replaceChildren(heading, h('p', { class: 'lead' }, say(visit, 'signed_up_detail', { email })));
  heading.focus();
}
