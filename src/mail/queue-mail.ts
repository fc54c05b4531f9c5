import type { Trx } from '../db/database.ts';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';
import { parseSender, refuseUnsafeHeaders } from './headers.ts';

export type MailToQueue = {
  kind: 'receipt' | 'correction' | 'debit-failed' | 'stop-confirmation' | 'renewal-failed' | 'newsletter-confirmation' | 'alarm';
  /** The receipt, gift, subscription, invoice or sign-up it is about, or the kind of alarm. */
  subjectId: string;
  /** Names the fact that is told: it is told once. */
  dedupeKey: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers?: Record<string, string>;
};

/**
 * Writes a mail down and stages its sending; both exist when the caller's transaction commits. Answers the id of the mail that tells
 * this fact, which may be an earlier one. Throws a MailRefusedError for unsafe headers and for what is not one address.
 */
export async function queueMail(trx: Trx, services: Services, mail: MailToQueue): Promise<string> {
  const { config, clock, newId, mailsWereSent = false } = services;
  const { kind, subjectId, dedupeKey, to, subject, text, html, headers = {} } = mail;
  refuseUnsafeHeaders({ to, subject, headers });
  const id = newId('mail');
  const inserted = await trx
    .insertInto('mails')
    .values({
      id,
      kind,
      subject_id: subjectId,
      dedupe_key: dedupeKey,
      to_address: to,
      subject,
      text_body: text,
      html_body: html,
      headers: JSON.stringify(headers),
      message_id: `<${id}@${parseSender(config.mail.from).domain}>`,
      created_at: clock.now(),
      ...(mailsWereSent && { given_up_at: clock.now(), given_up_why: 'restored' }),
    })
    .onConflict((conflict) => conflict.column('dedupe_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted) {
    if (!mailsWereSent) await stageJob(trx, 'send-mail', { mailId: id });
    return id;
  }
  const earlier = await trx.selectFrom('mails').select('id').where('dedupe_key', '=', dedupeKey).executeTakeFirstOrThrow();
  return earlier.id;
}
