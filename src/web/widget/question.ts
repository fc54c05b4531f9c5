import { appeal } from './appeal.ts';
import { h } from './dom.ts';
import { ask } from './service.ts';
import { sorry } from './sorry.ts';
import { headline, step } from './step.ts';
import { say, type Visit } from './visit.ts';

/** The first step: was this article helpful? The answer is sent beside the way, which goes on at once and can come back here. */
export function question(visit: Visit): HTMLElement {
  let lastVote: Promise<void> = Promise.resolve();
  let afterYes: HTMLElement | undefined; // made once: what was entered there survives a change of mind
  const changeAnswer = () => {
    visit.tell('');
    visit.go(first);
  };
  const yes = () => {
    afterYes ??= appeal(visit, changeAnswer);
    return afterYes;
  };
  const answer = (helpful: boolean) => {
    visit.tell('');
    lastVote = lastVote.then(() => vote(visit, helpful)); // one after the other, so that the last answer stays
    visit.go(helpful ? yes() : sorry(visit, changeAnswer));
  };
  const first = step(
    headline(say(visit, 'question')),
    h(
      'div',
      { class: 'answers' },
      h('button', { type: 'button', class: 'button', onclick: () => answer(true) }, say(visit, 'yes')),
      h('button', { type: 'button', class: 'button second', onclick: () => answer(false) }, say(visit, 'no')),
    ),
  );
  return first;
}

async function vote(visit: Visit, helpful: boolean): Promise<void> {
  const { url, id } = visit.article;
  const answer = await ask('PUT', '/v1/votes', JSON.stringify({ article: { url, id }, helpful }));
  if (!answer.ok) {
    visit.tell(say(visit, answer.status === 429 ? 'vote_not_counted' : 'vote_not_sent'));
  }
}
