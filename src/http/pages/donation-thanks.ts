import type { DonationStanding } from '../../donations/find-donation.ts';
import { formatMoney } from '../../money.ts';
import { formatDay, type Say, speak } from '../../text.ts';
import type { Fact } from './gift-words.ts';
import type { About, Thanks } from './thanks-page.ts';

/** What can truly be said of one gift. */
export function donationThanks(about: About, donation: DonationStanding): Thanks {
  const say = speak(about.locale, 'giving');
  return {
    gift: { id: donation.id, status: donation.status },
    facts: factsOf(about, donation),
    articleUrl: donation.articleUrl,
    ...wordsOf(donation, say),
  };
}

type Words = Pick<Thanks, 'final' | 'tone' | 'headline' | 'status' | 'details' | 'again'>;

function wordsOf(donation: DonationStanding, say: Say): Words {
  const { status, receiptFollows, amount, refunded, takenBack } = donation;
  if (status === 'succeeded' && refunded.minor + takenBack.minor >= amount.minor) {
    const words = { headline: say('thanks_title'), status: say('thanks_returned'), details: [say('thanks_returned_detail')] };
    return { final: true, tone: 'returned', ...words };
  }
  switch (status) {
    case 'succeeded': {
      const details = [say('thanks_received_detail'), ...(receiptFollows ? [say('thanks_receipt')] : [])];
      return {
        final: true,
        tone: 'received',
        headline: say('thanks_received_headline'),
        status: say('thanks_received'),
        details,
      };
    }
    case 'processing':
      return { final: false, tone: 'pending', ...said('thanks_processing', say) };
    case 'failed':
      return { final: true, tone: 'failed', ...said('thanks_failed', say), again: { text: say('try_again'), first: true } };
    case 'expired':
      return { final: true, tone: 'failed', ...said('thanks_expired', say), again: { text: say('try_again'), first: true } };
    default:
      return {
        final: false,
        tone: 'pending',
        ...said('thanks_pending', say),
        again: { text: say('thanks_pending_back'), first: false },
      };
  }
}

/** The three texts of one state. */
export function said(key: string, say: Say): Pick<Thanks, 'headline' | 'status' | 'details'> {
  return { headline: say(`${key}_headline`), status: say(key), details: [say(`${key}_detail`)] };
}

function factsOf({ services, locale }: About, donation: DonationStanding): Fact[] {
  const say = speak(locale, 'giving');
  const { amount, refunded, takenBack, interval, receivedAt, articleTitle } = donation;
  const zone = services.config.newsroom.time_zone;
  return [
    { label: say('fact_amount'), value: formatMoney(amount, locale), amount: true },
    { label: say('fact_interval'), value: say(`every_${interval}`) },
    receivedAt && { label: say('fact_received'), value: formatDay(receivedAt, locale, zone) },
    refunded.minor > 0n && { label: say('fact_refunded'), value: formatMoney(refunded, locale), amount: true },
    takenBack.minor > 0n && { label: say('fact_taken_back'), value: formatMoney(takenBack, locale), amount: true },
    articleTitle !== null && { label: say('fact_article'), value: articleTitle },
  ];
}
