import { type Html, html, safeHref } from '../../html.ts';
import { formatMoney } from '../../money.ts';
import type { SubscriptionStanding } from '../../subscriptions/find-subscription.ts';
import { isolate, speak } from '../../text.ts';
import { factList } from './gift-words.ts';
import { page } from './layout.ts';
import type { About } from './thanks-page.ts';

const over = ['canceled', 'expired', 'failed'];

/** Where a donor goes on to Stripe to change the card of a recurring gift, and comes back to. Names nobody, and no card. */
export function cardPage(about: About, subscription: SubscriptionStanding): Html {
  const { services, locale } = about;
  const say = speak(locale, 'renewal');
  const { homepage, name } = services.config.newsroom;
  const home = speak(locale, 'giving')('home', { newsroom: isolate(locale, name) });
  const isOver = over.includes(subscription.status);
  const body = html`<article class="card">
<h1 class="headline">${say(isOver ? 'ended_title' : 'card_title')}</h1>
<p class="lead">${say(isOver ? 'ended_lead' : subscription.status === 'past_due' ? 'card_lead_unpaid' : 'card_lead')}</p>
${facts(about, subscription)}
${isOver ? html`<div class="actions"><a class="button" href="${safeHref(homepage)}">${home}</a></div>` : html`<form method="post"><div class="actions"><button class="button">${say('card_go')}</button> <a class="quiet" href="${safeHref(homepage)}">${home}</a></div></form>`}
</article>`;
  return page({ services, locale, title: say(isOver ? 'ended_title' : 'card_title'), body });
}

function facts({ locale }: About, { amount, interval }: SubscriptionStanding): Html {
  const say = speak(locale, 'giving');
  return factList([
    { label: say('fact_amount'), value: formatMoney(amount, locale), amount: true },
    { label: say('fact_interval'), value: say(`every_${interval}`) },
  ]);
}
