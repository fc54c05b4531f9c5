import type { Trx } from '../db/database.ts';
import { isOneAddress } from '../mail/headers.ts';
import { type Block, layOutLetter } from '../mail/letter-layout.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { Services } from '../services.ts';
import { speak } from '../text.ts';
import { openLetter } from './open-letter.ts';

/**
 * Tells the donor of a one-time gift that the bank did not collect it after all, that nothing was taken, and where to try again; once
 * for each gift. Does nothing where it came after all, where no address is known, and for somebody who was erased.
 */
export async function writeDebitFailed(services: Services, donationId: string): Promise<void> {
  await services.db.transaction().execute(async (trx) => {
    const failed = await findFailed(trx, donationId);
    if (failed?.email && isOneAddress(failed.email)) {
      await queueMail(trx, services, {
        kind: 'debit-failed',
        subjectId: donationId,
        dedupeKey: `debit-failed:${donationId}`,
        to: failed.email,
        ...render(services, failed),
      });
    }
  });
}

type Failed = NonNullable<Awaited<ReturnType<typeof findFailed>>>;

/** With its donor, who is not erased before the mail is written: an erasure empties it then. */
function findFailed(trx: Trx, donationId: string) {
  return trx
    .selectFrom('donations')
    .innerJoin('donors', 'donors.id', 'donations.donor_id')
    .where('donations.id', '=', donationId)
    .where('donations.kind', '=', 'one-time')
    .where('donations.status', '=', 'failed')
    .where('donors.erased_at', 'is', null)
    .select(['donations.id', 'donations.amount_minor', 'donations.currency', 'donations.article_url', 'donations.locale'])
    .select(['donors.email', 'donors.name', 'donors.locale as donor_locale'])
    .forShare('donors')
    .executeTakeFirst();
}

function render({ config }: Services, failed: Failed): { subject: string; text: string; html: string } {
  const { locale, greeting, values } = openLetter(config, failed);
  const [say, sayOnPages] = [speak(locale, 'mail'), speak(locale, 'giving')];
  const { article_url: articleUrl } = failed;
  const blocks: Block[] = [
    greeting,
    { kind: 'text', text: say('debit_failed', values) },
    { kind: 'text', text: say('debit_failed_again') },
    { kind: 'action', text: sayOnPages('try_again'), href: `${config.publicUrl}/donate?gift=${failed.id}` },
    ...(articleUrl ? [{ kind: 'link', text: sayOnPages('back_to_article'), href: articleUrl } as const] : []),
  ];
  return {
    subject: say('debit_failed_subject', values),
    ...layOutLetter(config, { locale, title: say('debit_failed_title'), blocks }),
  };
}
