import { setTimeout as pause } from 'node:timers/promises';
import type { Run } from '../jobs/run-jobs.ts';
import type { Services } from '../services.ts';
import { type Letter, MailRefusedError } from './send-mail.ts';

/**
 * Hands a mail to the mail server and then writes down that it was taken. A process that dies between the two sends it again, under
 * the same Message-ID; anywhere else it does not. Throws where it is worth trying again; the last try gives the mail up.
 */
export async function sendQueuedMail(services: Services, mailId: string, run: Run): Promise<void> {
  const { log, metrics, sendMail } = services;
  const mail = await findUnsent(services, mailId);
  if (!mail) {
    return;
  }
  if (mail.kind === 'renewal-failed' && (await wasPaidMeanwhile(services, mail.subjectId))) {
    return giveUp(services, mailId, 'overtaken');
  }
  try {
    await sendMail(mail.letter);
  } catch (error) {
    if (error instanceof MailRefusedError) {
      log.warn('a mail was refused for good', { mailId, reason: error.code });
      metrics.mailEnded(mail.kind, 'refused');
      return giveUp(services, mailId, 'refused');
    }
    metrics.mailEnded(mail.kind, run.isLast ? 'given-up' : 'failed');
    if (run.isLast) {
      await giveUp(services, mailId, 'failed');
    }
    throw error;
  }
  metrics.mailEnded(mail.kind, 'sent');
  await writeDownSent(services, mailId);
}

/** Tries for some seconds: a database that restarts right now is no reason to send a second copy. */
async function writeDownSent({ db, clock }: Services, mailId: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await db.updateTable('mails').set({ sent_at: clock.now() }).where('id', '=', mailId).execute();
      return;
    } catch (error) {
      if (attempt === 5) throw error;
      await pause(attempt * 500);
    }
  }
}

async function findUnsent(
  { db }: Services,
  mailId: string,
): Promise<{ kind: string; subjectId: string; letter: Letter } | undefined> {
  const mail = await db
    .selectFrom('mails')
    .selectAll()
    .where('id', '=', mailId)
    .where('sent_at', 'is', null)
    .where('given_up_at', 'is', null)
    .executeTakeFirst();
  return (
    mail && {
      kind: mail.kind,
      subjectId: mail.subject_id,
      letter: {
        to: mail.to_address,
        subject: mail.subject,
        text: mail.text_body,
        html: mail.html_body,
        messageId: mail.message_id,
        headers: mail.headers as Record<string, string>,
      },
    }
  );
}

/** The instalment that a mail says could not be taken. */
async function wasPaidMeanwhile({ db }: Services, invoiceId: string): Promise<boolean> {
  const paid = await db
    .selectFrom('donations')
    .select('id')
    .where('stripe_invoice_id', '=', invoiceId)
    .where('status', 'in', ['processing', 'succeeded'])
    .executeTakeFirst();
  return paid !== undefined;
}

async function giveUp({ db, clock }: Services, mailId: string, why: 'refused' | 'failed' | 'overtaken'): Promise<void> {
  await db.updateTable('mails').set({ given_up_at: clock.now(), given_up_why: why }).where('id', '=', mailId).execute();
}
