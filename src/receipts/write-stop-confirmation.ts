import type { Trx } from '../db/database.ts';
import { isOneAddress } from '../mail/headers.ts';
import { type Block, layOutLetter } from '../mail/letter-layout.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { Services } from '../services.ts';
import { formatDay, speak } from '../text.ts';
import { openLetter } from './open-letter.ts';

/**
 * Tells the donor that a recurring donation has ended, once for each: when it ended, why where nobody asked for it, and that
 * nothing more is charged. Does nothing while it still runs, and where no address is known.
 */
export async function writeStopConfirmation(services: Services, subscriptionId: string): Promise<void> {
  await services.db.transaction().execute(async (trx) => {
    const ended = await findEnded(trx, subscriptionId);
    if (ended?.email && isOneAddress(ended.email)) {
      await queueMail(trx, services, {
        kind: 'stop-confirmation',
        subjectId: subscriptionId,
        dedupeKey: `stop-confirmation:${subscriptionId}`,
        to: ended.email,
        ...render(services, ended),
      });
    }
  });
}

type Ended = NonNullable<Awaited<ReturnType<typeof findEnded>>>;

/** With its donor, who is not erased before the mail is written: an erasure empties it then. */
function findEnded(trx: Trx, subscriptionId: string) {
  return trx
    .selectFrom('subscriptions')
    .innerJoin('donors', 'donors.id', 'subscriptions.donor_id')
    .where('subscriptions.id', '=', subscriptionId)
    .where('subscriptions.status', '=', 'canceled')
    .select([
      'subscriptions.amount_minor',
      'subscriptions.currency',
      'subscriptions.interval',
      'subscriptions.locale',
      'subscriptions.ended_at',
      'subscriptions.canceled_at',
      'subscriptions.end_reason',
      'subscriptions.stop_reason',
      'donors.email',
      'donors.name',
      'donors.locale as donor_locale',
    ])
    .forShare('donors')
    .executeTakeFirst();
}

function render({ config, clock }: Services, ended: Ended): { subject: string; text: string; html: string } {
  const { locale, greeting, values: opening } = openLetter(config, ended);
  const say = speak(locale, 'mail');
  const values = {
    ...opening,
    interval: ended.interval,
    date: formatDay(ended.ended_at ?? ended.canceled_at ?? clock.now(), locale, config.newsroom.time_zone),
  };
  const cause = findCause(ended);
  const blocks: Block[] = [
    greeting,
    { kind: 'text', text: cause ? speak(locale, 'renewal')(cause, values) : say('stopped', values) },
    { kind: 'text', text: say('stopped_nothing_more') },
    ...(cause === 'stopped_never_paid' ? [] : [{ kind: 'text', text: say('stopped_thanks', values) } as const]),
  ];
  return { subject: say('stopped_subject', values), ...layOutLetter(config, { locale, title: say('stopped_title'), blocks }) };
}

/** The text that says why it ended, where neither the donor nor the newsroom wanted it. */
function findCause({ end_reason, stop_reason }: Ended): 'stopped_unpaid' | 'stopped_disputed' | 'stopped_never_paid' | undefined {
  if (end_reason === 'payment_failed') {
    return 'stopped_unpaid';
  }
  if (stop_reason === 'dispute-lost' || end_reason === 'payment_disputed') {
    return 'stopped_disputed';
  }
  return stop_reason === 'never-paid' ? 'stopped_never_paid' : undefined;
}
