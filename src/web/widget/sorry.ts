import { h, link } from './dom.ts';
import { headline, step } from './step.ts';
import { say, type Visit } from './visit.ts';

/** The step after "No": other articles and the way home, and no appeal. */
export function sorry(visit: Visit, changeAnswer: () => void): HTMLElement {
  const { other_articles: articles, newsroom } = visit.config;
  const links = articles.map(({ title, url }) => link(url, title)).filter((each) => each !== undefined);
  return step(
    headline(say(visit, 'sorry')),
    links.length > 0 &&
      h('ul', { class: 'articles', 'aria-label': say(visit, 'other_articles') }, ...links.map((each) => h('li', {}, each))),
    h(
      'div',
      { class: 'foot' },
      link(newsroom.homepage, say(visit, 'home', { newsroom: newsroom.name })),
      h('button', { type: 'button', class: 'quiet', onclick: changeAnswer }, say(visit, 'change_answer')),
    ),
  );
}
