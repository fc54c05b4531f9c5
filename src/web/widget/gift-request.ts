import { workOut } from '../proof/work-out.ts';
import type { Attempt } from './attempt.ts';
import type { Interval } from './config.ts';
import { type Answer, ask } from './service.ts';
import type { Visit } from './visit.ts';

/** What the reader chose; `amount` in minor units, before any fee cover. */
export interface Gift {
  readonly amount: number;
  readonly currency: string;
  readonly interval: Interval;
  readonly cover_fees: boolean;
}

/** What the service answers: where to pay. */
export interface GiftStarted {
  readonly id: string;
  readonly checkout_url: string;
}

/**
 * Asks the service to begin a donation, or for another interval than once a subscription. Where it wants a proof of work, that is done
 * and sent along, three times at most.
 */
export async function requestGift(visit: Visit, attempt: Attempt, gift: Gift): Promise<Answer<GiftStarted>> {
  const once = gift.interval === 'once';
  const json = JSON.stringify({
    ...gift,
    interval: once ? undefined : gift.interval,
    article: visit.article,
    campaign: visit.campaign,
    placement: visit.placement,
    locale: visit.config.locale,
    attempt: attempt.id(),
  });
  const send = (proof?: string) =>
    ask<GiftStarted>('POST', once ? '/v1/donations' : '/v1/subscriptions', json, attempt.keyFor(json), proof);
  let answer = await send();
  for (let turn = 0; turn < 3 && !answer.ok && answer.problem.proof; turn++) {
    const proof = await workOut(answer.problem.proof);
    if (!proof) {
      break;
    }
    answer = await send(proof);
  }
  return answer;
}
