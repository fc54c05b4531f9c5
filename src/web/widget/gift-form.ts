import { alreadyPaid } from './already-paid.ts';
import { type Attempt, openAttempt } from './attempt.ts';
import { h, link } from './dom.ts';
import { failureText, fieldError } from './failure.ts';
import { giftFields } from './gift-fields.ts';
import { type GiftStarted, requestGift } from './gift-request.ts';
import { type Sending, sending } from './sending.ts';
import type { Answer } from './service.ts';
import { say, type Visit } from './visit.ts';

/** The form that asks for a gift and goes on to the payment page. It keeps what was entered, whatever happens. */
export function giftForm(visit: Visit): HTMLElement {
  const button = h('button', { class: 'button' });
  const fields = giftFields(visit, button);
  const sendState = sending(visit, button);
  const attempt = openAttempt();
  let startedId: string | undefined;

  const submit = async (event: Event) => {
    event.preventDefault();
    const gift = fields.read();
    if (!gift || !sendState.begin()) {
      return;
    }
    const answer = await requestGift(visit, attempt, gift);
    if (answer.ok && leave(visit, { sendState, attempt }, answer.body)) {
      startedId = answer.body.id;
    } else if (isAlreadyPaid(answer)) {
      attempt.renew();
      sendState.end();
      form.replaceWith(alreadyPaid(visit, answer.problem.id ?? startedId, form));
    } else {
      const failure = answer.ok ? { ok: false as const, status: 502, problem: {} } : answer;
      const wrong = fieldError(failure, '/amount');
      sendState.end(wrong ? '' : failureText(visit, failure));
      if (wrong) {
        fields.refuseAmount(wrong);
      }
    }
  };
  const form = h(
    'form',
    { class: 'form', novalidate: true, 'aria-labelledby': 'headline', onsubmit: (event) => void submit(event) },
    ...fields.elements,
    sendState.element,
    fields.notes,
  );
  welcomeBack(sendState, attempt);
  return form;
}

/** Goes to the payment page; false where the answer names none. The link is for a browser that stays here. */
function leave(
  visit: Visit,
  { sendState, attempt }: { sendState: Sending; attempt: Attempt },
  { checkout_url: address }: Partial<GiftStarted>,
): boolean {
  const byHand = link(address, say(visit, 'open_payment'));
  if (!byHand) {
    return false;
  }
  sendState.progress(say(visit, 'opening'), ' ', byHand);
  attempt.keep();
  location.assign(byHand.href);
  return true;
}

/** Back from the payment page, as it was left: the button works again, in the same attempt. */
function welcomeBack(sendState: Sending, attempt: Attempt): void {
  addEventListener('pageshow', (event) => {
    if (event.persisted) {
      attempt.settle();
      sendState.end();
    }
  });
}

function isAlreadyPaid(answer: Answer<GiftStarted>): answer is Extract<Answer<GiftStarted>, { ok: false }> {
  return !answer.ok && answer.status === 409 && Boolean(answer.problem.type?.endsWith('/attempt-already-paid'));
}
