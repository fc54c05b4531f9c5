import { h } from './dom.ts';
import { giftForm } from './gift-form.ts';
import { newsletter } from './newsletter.ts';
import { headline, step } from './step.ts';
import { say, type Visit } from './visit.ts';

/** The step after "Yes": the appeal with the e-mail beside it, or the e-mail alone where the newsroom does not ask. */
export function appeal(visit: Visit, changeAnswer: () => void): HTMLElement {
  const { ask, newsletter: offersNewsletter } = visit.config;
  const detail = h('span', { class: 'appeal-detail' }, say(visit, 'appeal_detail'));
  return step(
    ask ? headline(say(visit, 'appeal'), ' ', detail) : headline(say(visit, 'glad')),
    h('div', { class: ask ? 'columns' : '' }, ask && giftForm(visit), offersNewsletter && newsletter(visit)),
    h(
      'div',
      { class: 'foot' },
      h('button', { type: 'button', class: 'quiet', onclick: changeAnswer }, say(visit, 'change_answer')),
    ),
  );
}
