import { formatMoney } from '../../money.ts';
import type { SubscriptionStanding } from '../../subscriptions/find-subscription.ts';
import { formatDay, type Say, speak } from '../../text.ts';
import { said } from './donation-thanks.ts';
import type { Fact } from './gift-words.ts';
import type { About, Thanks } from './thanks-page.ts';

/** What can truly be said of a recurring gift. */
export function subscriptionThanks(about: About, subscription: SubscriptionStanding): Thanks {
  return {
    gift: { id: subscription.id, status: subscription.status },
    facts: factsOf(about, subscription),
    articleUrl: subscription.articleUrl,
    ...wordsOf(about, subscription),
  };
}

type Words = Pick<Thanks, 'final' | 'tone' | 'headline' | 'status' | 'details' | 'again'>;

function wordsOf(about: About, subscription: SubscriptionStanding): Words {
  const say = speak(about.locale, 'giving');
  const tryAgain = { text: say('try_again'), first: true };
  switch (subscription.status) {
    case 'pending':
      return waiting(subscription, say);
    case 'failed':
      return { final: true, tone: 'failed', ...said('thanks_failed', say), again: tryAgain };
    case 'expired':
      return { final: true, tone: 'failed', ...said('thanks_expired', say), again: tryAgain };
    case 'canceled':
      return { final: true, tone: 'received', ...ended(about, subscription) };
    case 'past_due':
    case 'unpaid':
      return {
        final: true,
        tone: 'failed',
        headline: say('thanks_title'),
        status: say('thanks_past_due'),
        details: [say('thanks_past_due_detail')],
      };
    case 'paused':
      return {
        final: true,
        tone: 'pending',
        headline: say('thanks_title'),
        status: say('thanks_paused'),
        details: [say('thanks_paused_detail')],
      };
    default:
      return begun(subscription, say);
  }
}

function waiting({ firstDonationStatus }: SubscriptionStanding, say: Say): Words {
  return firstDonationStatus === 'processing'
    ? { final: false, tone: 'pending', ...said('thanks_processing', say) }
    : {
        final: false,
        tone: 'pending',
        ...said('thanks_pending', say),
        again: { text: say('thanks_pending_back'), first: false },
      };
}

function begun({ interval, receiptFollows }: SubscriptionStanding, say: Say): Words {
  const receipt = receiptFollows ? [say('thanks_receipt'), say('thanks_how_to_stop')] : [];
  const details = [say('thanks_received_detail'), ...receipt];
  return {
    final: true,
    tone: 'received',
    headline: say('thanks_received_headline'),
    status: say('thanks_begun', { interval }),
    details,
  };
}

function ended({ services, locale }: About, { endedAt }: SubscriptionStanding): Pick<Words, 'headline' | 'status' | 'details'> {
  const say = speak(locale, 'giving');
  const zone = services.config.newsroom.time_zone;
  const status = endedAt ? say('stopped', { date: formatDay(endedAt, locale, zone) }) : say('stopped_headline');
  return { headline: say('stopped_headline'), status, details: [say('stopped_detail')] };
}

function factsOf({ services, locale }: About, subscription: SubscriptionStanding): Fact[] {
  const say = speak(locale, 'giving');
  const { amount, interval, nextAt, cancelAt, status, articleTitle } = subscription;
  const day = (instant: Date) => formatDay(instant, locale, services.config.newsroom.time_zone);
  return [
    { label: say('fact_amount'), value: formatMoney(amount, locale), amount: true },
    { label: say('fact_interval'), value: say(`every_${interval}`) },
    status === 'active' && cancelAt === null && nextAt && { label: say('fact_next'), value: day(nextAt) },
    status === 'active' && cancelAt && { label: say('fact_ends'), value: day(cancelAt) },
    articleTitle !== null && { label: say('fact_article'), value: articleTitle },
  ];
}
