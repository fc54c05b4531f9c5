import { toCurrency } from '../currency.ts';
import { AppError } from '../errors.ts';
import { money, sayMoney } from '../money.ts';
import type { Services } from '../services.ts';
import { formatDay, isolate, type Locale, type Say, speak } from '../text.ts';
import { type GiftEvent, readEvents } from './read-events.ts';

/** One thing that happened, in a sentence. Amounts in minor units. */
export type Told = {
  readonly at: Date;
  readonly kind: string;
  readonly text: string;
  readonly object_id: string | null;
  readonly amount: bigint | null;
  readonly currency: string | null;
};

/** Everything that happened to one gift in order, in plain words of a language. Throws donation-not-found. */
export async function tellTimeline({ db, clock, config }: Services, donationId: string, locale: Locale): Promise<Told[]> {
  const events = await readEvents(db, donationId, clock.now());
  if (events.length === 0) {
    throw new AppError('donation-not-found', 'There is no donation of this id.');
  }
  const say = speak(locale, 'timeline');
  return events.map((event) => ({
    at: event.at,
    kind: event.kind,
    text: sayEvent(say, locale, event, config.newsroom.time_zone),
    object_id: event.object,
    amount: event.amount_minor,
    currency: event.currency,
  }));
}

function sayEvent(say: Say, locale: Locale, event: GiftEvent, timeZone: string): string {
  const { at, kind, object, amount_minor, currency, detail } = event;
  const shown = (minor: bigint | null) =>
    minor === null || !currency ? '' : isolate(locale, sayMoney(money(minor, toCurrency(currency)), locale));
  const zone = kind.startsWith('payout') ? 'UTC' : timeZone; // Stripe's days are days in UTC
  return say(kind.replaceAll('-', '_'), {
    amount: shown(amount_minor),
    object: isolate(locale, object ?? ''),
    fee: kind === 'settled' ? shown(BigInt(detail ?? 0)) : '',
    detail: isolate(locale, detail ?? ''),
    has_detail: detail ? 'yes' : 'no',
    day: formatDay(at, locale, zone),
  });
}
