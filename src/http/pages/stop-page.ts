import { type Html, html, safeHref } from '../../html.ts';
import { formatMoney } from '../../money.ts';
import type { SubscriptionStanding } from '../../subscriptions/find-subscription.ts';
import { formatDay, isolate, speak } from '../../text.ts';
import { factList } from './gift-words.ts';
import { lookAgain, page } from './layout.ts';
import type { About } from './thanks-page.ts';

/** Where a recurring gift is ended: asks, then waits until Stripe has confirmed it, then says when it ended. Names nobody. */
export function stopPage(about: About, subscription: SubscriptionStanding): Html {
  const { services, locale } = about;
  const say = speak(locale, 'giving');
  const { id, status, stopRequestedAt } = subscription;
  if (status === 'canceled') {
    return page({ services, locale, title: say('stopped_headline'), body: stopped(about, subscription) });
  }
  if (status === 'expired') {
    return page({ services, locale, title: say('stop_never_headline'), body: neverBegan(about) });
  }
  return stopRequestedAt
    ? page({ services, locale, title: say('stopping_headline'), body: stopping(about, subscription), waitingFor: { id, status } })
    : page({ services, locale, title: say('stop_title'), body: question(about, subscription) });
}

function question(about: About, subscription: SubscriptionStanding): Html {
  const say = speak(about.locale, 'giving');
  const { homepage } = about.services.config.newsroom;
  return html`<article class="card">
<h1 class="headline">${say('stop_headline', { interval: subscription.interval })}</h1>
<p class="lead">${say('stop_lead')}</p>
${facts(about, subscription)}
<form method="post"><div class="actions"><button class="button danger">${say('stop_button')}</button> <a class="quiet" href="${safeHref(homepage)}">${say('stop_keep')}</a></div></form>
</article>`;
}

function stopping(about: About, subscription: SubscriptionStanding): Html {
  const say = speak(about.locale, 'giving');
  return html`<article class="card">
<h1 class="headline">${say('stopping_headline')}</h1>
<div class="status pending" role="status"><strong>${say('stopping')}</strong>
<p>${say('stopping_detail')}</p></div>
${lookAgain(say)}
${facts(about, subscription)}
</article>`;
}

function stopped(about: About, subscription: SubscriptionStanding): Html {
  const { services, locale } = about;
  const say = speak(locale, 'giving');
  const { endedAt } = subscription;
  const when = endedAt
    ? say('stopped', { date: formatDay(endedAt, locale, services.config.newsroom.time_zone) })
    : say('stopped_headline');
  return html`<article class="card">
<h1 class="headline">${say('stopped_headline')}</h1>
<div class="status received" role="status"><strong>${when}</strong>
<p>${say('stopped_detail')}</p></div>
${facts(about, subscription)}
${home(about)}
</article>`;
}

function neverBegan(about: About): Html {
  const say = speak(about.locale, 'giving');
  return html`<article class="card">
<h1 class="headline">${say('stop_never_headline')}</h1>
<div class="status received" role="status"><strong>${say('stop_never')}</strong>
<p>${say('stop_never_detail')}</p></div>
${home(about)}
</article>`;
}

function facts({ locale }: About, { amount, interval }: SubscriptionStanding): Html {
  const say = speak(locale, 'giving');
  return factList([
    { label: say('fact_amount'), value: formatMoney(amount, locale), amount: true },
    { label: say('fact_interval'), value: say(`every_${interval}`) },
  ]);
}

function home({ services, locale }: About): Html {
  const { name, homepage } = services.config.newsroom;
  const text = speak(locale, 'giving')('home', { newsroom: isolate(locale, name) });
  return html`<div class="actions"><a class="button" href="${safeHref(homepage)}">${text}</a></div>`;
}
