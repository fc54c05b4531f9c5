import type { Trx } from '../db/database.ts';
import { isOneAddress } from '../mail/headers.ts';
import { type Block, layOutLetter } from '../mail/letter-layout.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { Services } from '../services.ts';
import { signLink } from '../signed-link.ts';
import type { FailedTry } from '../stripe/failed-try.ts';
import { formatDay, speak } from '../text.ts';
import { openLetter } from './open-letter.ts';

/**
 * Tells the donor that an instalment of a recurring donation could not be taken, why, and when it is tried next; with the way to another
 * card, or to Stripe's page where the bank wants it confirmed. Once for each try. Asks Stripe first: nothing is said of what was paid
 * meanwhile, of a try that a later one has followed, and of a gift that has ended, of which the stop confirmation tells.
 */
export async function writeRenewalFailed(services: Services, { invoiceId, number }: { invoiceId: string; number: number }) {
  const { subscription, failedTry } = await services.stripe.getInvoice(invoiceId);
  const subscriptionId = subscription?.subscriptionId;
  const isOver = !subscription || ['canceled', 'incomplete_expired'].includes(subscription.status);
  if (!subscriptionId || isOver || failedTry?.number !== number) {
    return;
  }
  await services.db.transaction().execute(async (trx) => {
    const about = await findAbout(trx, subscriptionId);
    if (about?.email && isOneAddress(about.email)) {
      const letter = render(services, about, failedTry);
      const fact = { kind: 'renewal-failed', subjectId: invoiceId, dedupeKey: `renewal-failed:${invoiceId}:${number}` } as const;
      await queueMail(trx, services, { ...fact, to: about.email, ...letter });
    }
  });
}

type About = NonNullable<Awaited<ReturnType<typeof findAbout>>>;

/** With its donor, who is not erased before the mail is written: an erasure empties it then. */
function findAbout(trx: Trx, subscriptionId: string) {
  return trx
    .selectFrom('subscriptions')
    .innerJoin('donors', 'donors.id', 'subscriptions.donor_id')
    .where('subscriptions.id', '=', subscriptionId)
    .where('subscriptions.stop_requested_at', 'is', null)
    .select(['subscriptions.id', 'subscriptions.amount_minor', 'subscriptions.currency', 'subscriptions.interval'])
    .select(['subscriptions.locale', 'donors.email', 'donors.name', 'donors.locale as donor_locale'])
    .forShare('donors')
    .executeTakeFirst();
}

function render({ config }: Services, about: About, { reason, nextAt, payUrl }: FailedTry) {
  const { locale, greeting, values: opening } = openLetter(config, about);
  const [say, sayMail] = [speak(locale, 'renewal'), speak(locale, 'mail')];
  const values = { ...opening, interval: about.interval };
  const next = nextAt && formatDay(nextAt, locale, config.newsroom.time_zone);
  const cardUrl = `${config.publicUrl}/card/${signLink(config.sessionSecret, 'card', about.id)}`;
  const stopUrl = `${config.publicUrl}/stop/${signLink(config.sessionSecret, 'stop', about.id)}`;
  const isToConfirm = reason === 'needs-confirmation' && payUrl !== null;
  const blocks: Block[] = [
    greeting,
    { kind: 'text', text: say('failed', values) },
    { kind: 'text', text: say(`reason_${reason.replaceAll('-', '_')}`) },
    { kind: 'text', text: next ? say('next_try', { date: next }) : say('no_next_try') },
    isToConfirm
      ? { kind: 'action', text: say('confirm_button'), href: payUrl }
      : { kind: 'action', text: say('card_button'), href: cardUrl },
    ...(isToConfirm ? [{ kind: 'link', text: say('card_button'), href: cardUrl } as const] : []),
    { kind: 'link', text: sayMail('stop'), href: stopUrl },
  ];
  return { subject: say('subject', values), ...layOutLetter(config, { locale, title: say('title'), blocks }) };
}
