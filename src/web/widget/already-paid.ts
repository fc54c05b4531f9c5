import { h, link } from './dom.ts';
import { serviceAddress } from './service.ts';
import { say, type Visit } from './visit.ts';

/** Thanks in the place of the form, for an attempt that was paid before; `form` comes back for another gift. */
export function alreadyPaid(visit: Visit, giftId: string | undefined, form: HTMLElement): HTMLElement {
  const heading = h('h3', { class: 'headline', tabindex: '-1' }, say(visit, 'already_paid'));
  const again = () => {
    thanks.replaceWith(form);
    form.querySelector<HTMLElement>('input:checked')?.focus();
  };
  const thanks = h(
    'div',
    { class: 'form' },
    heading,
    h(
      'div',
      { class: 'foot' },
      giftId ? link(serviceAddress(`/thanks/${encodeURIComponent(giftId)}`), say(visit, 'see_gift')) : undefined,
      h('button', { type: 'button', class: 'quiet', onclick: again }, say(visit, 'give_again')),
    ),
  );
  queueMicrotask(() => heading.focus());
  return thanks;
}
