import { h } from './dom.ts';
import { say, type Visit } from './visit.ts';

/** The heading a step begins with; it takes the focus when the step arrives. */
export function headline(...children: (Node | string)[]): HTMLHeadingElement {
  return h('h2', { class: 'headline', id: 'headline', tabindex: '-1' }, ...children);
}

/** A step under its heading. */
export function step(...children: (Node | string | false | undefined)[]): HTMLElement {
  return h('div', { class: 'step form' }, ...children);
}

/** The small line above a step: whose question this is, and in a demo that no real money moves. */
export function kicker(visit: Visit): HTMLElement {
  return h(
    'p',
    { class: 'kicker' },
    h('span', {}, visit.config.newsroom.name),
    visit.config.demo && h('span', { class: 'demo' }, say(visit, 'demo')),
  );
}
