import type { Selectable } from 'kysely';
import { toCurrency } from '../currency.ts';
import type { Trx } from '../db/database.ts';
import type { Receipts } from '../db/tables.ts';
import { isOneAddress } from '../mail/headers.ts';
import { queueMail } from '../mail/queue-mail.ts';
import { money } from '../money.ts';
import type { Services } from '../services.ts';
import { signLink } from '../signed-link.ts';
import { pickLetterLocale } from './open-letter.ts';
import { type ReceiptFacts, renderReceipt } from './render-receipt.ts';

type Receipt = Selectable<Receipts>;
type About = Awaited<ReturnType<typeof readAbout>>;

/**
 * Writes the letter of a receipt whose number is drawn already, keeps it as it is sent, and queues its mail: one transaction. Where no
 * address is known it is written and not mailed; but a gift whose page was not read yet waits for that, as the page says whose it is.
 * Safe twice: a written receipt is left alone.
 */
export async function writeReceipt(services: Services, receiptId: string): Promise<void> {
  const { db, clock, config } = services;
  await db.transaction().execute(async (trx) => {
    const receipt = await lockUnwritten(trx, receiptId);
    if (!receipt) {
      return;
    }
    if (!(await holdDonor(trx, receipt))) {
      if (await isPageUnread(trx, receipt)) {
        return;
      }
      await holdDonor(trx, receipt); // the page may have been read meanwhile
    }
    const about = await readAbout(trx, receipt);
    const locale = pickLetterLocale(config.newsroom.locale, about);
    const letter = renderReceipt(config, locale, toFacts(services, receipt, about));
    const kind = receipt.kind === 'correction' ? 'correction' : 'receipt';
    const to = about.donor_email;
    const mailId =
      to !== null && isOneAddress(to)
        ? await queueMail(trx, services, { kind, subjectId: receiptId, dedupeKey: `receipt:${receiptId}`, to, ...letter })
        : null;
    await trx
      .updateTable('receipts')
      .set({ written_at: clock.now(), subject: letter.subject, text_body: letter.text, html_body: letter.html, mail_id: mailId })
      .where('id', '=', receiptId)
      .execute();
  });
}

async function lockUnwritten(trx: Trx, receiptId: string): Promise<Receipt | undefined> {
  const receipt = await trx.selectFrom('receipts').selectAll().where('id', '=', receiptId).forUpdate().executeTakeFirstOrThrow();
  return receipt.written_at === null ? receipt : undefined;
}

/** The donor, if one is known, is not erased before the mail is written: an erasure empties it then. */
async function holdDonor(trx: Trx, { donation_id }: Receipt): Promise<boolean> {
  const donor = await trx
    .selectFrom('donors')
    .select('donors.id')
    .innerJoin('donations', 'donations.donor_id', 'donors.id')
    .where('donations.id', '=', donation_id)
    .forShare('donors')
    .executeTakeFirst();
  return donor !== undefined;
}

/** Reading it stages this again (close-page.ts); whoever is just reading it is waited for, as it may not see this receipt yet. */
async function isPageUnread(trx: Trx, { donation_id }: Receipt): Promise<boolean> {
  const gift = trx.selectFrom('donations').where('id', '=', donation_id);
  const { subscription_id } = await gift.select('subscription_id').executeTakeFirstOrThrow();
  const pages = trx.selectFrom('checkouts').select(['state', 'awaits_reading']).forShare();
  const page = await (subscription_id
    ? pages.where('subscription_id', '=', subscription_id)
    : pages.where('donation_id', '=', donation_id)
  ).executeTakeFirst();
  return page?.state === 'open' || page?.state === 'asking' || page?.awaits_reading === true;
}

function readAbout(trx: Trx, receipt: Receipt) {
  return trx
    .selectFrom('donations')
    .leftJoin('donors', 'donors.id', 'donations.donor_id')
    .leftJoin('subscriptions', 'subscriptions.id', 'donations.subscription_id')
    .leftJoin('refunds', (join) => join.on('refunds.id', '=', receipt.refund_id))
    .leftJoin('receipts as corrected', (join) => join.on('corrected.id', '=', receipt.corrects_receipt_id))
    .where('donations.id', '=', receipt.donation_id)
    .select([
      'donations.fee_cover_minor',
      'donations.paid_at',
      'donations.arrived_at',
      'donations.period_end',
      'donations.article_title',
      'donations.article_url',
      'donations.locale',
      'donors.email as donor_email',
      'donors.name as donor_name',
      'donors.locale as donor_locale',
      'subscriptions.id as subscription_id',
      'subscriptions.interval',
      'subscriptions.status as subscription_status',
      'subscriptions.cancel_at',
      'subscriptions.stop_requested_at',
      'subscriptions.current_period_end',
      'refunds.amount_minor as refund_minor',
      'corrected.number as corrected_number',
      'corrected.refunded_minor as corrected_refunded_minor',
      'corrected.disputed_minor as corrected_disputed_minor',
    ])
    .executeTakeFirstOrThrow();
}

function toFacts(services: Services, receipt: Receipt, about: About): ReceiptFacts {
  return {
    number: receipt.number,
    issuedAt: receipt.issued_at,
    amount: money(receipt.amount_minor, toCurrency(receipt.currency)),
    feeCoverMinor: about.fee_cover_minor,
    paidAt: about.paid_at ?? receipt.issued_at,
    arrivedAt: about.arrived_at ?? undefined,
    donorName: about.donor_name ?? undefined,
    article: about.article_url === null ? undefined : { title: about.article_title ?? undefined, url: about.article_url },
    recurring: toRecurring(services, about),
    correction: toCorrection(receipt, about),
  };
}

function toCorrection(receipt: Receipt, about: About): ReceiptFacts['correction'] {
  const { corrected_number, corrected_refunded_minor, corrected_disputed_minor, refund_minor } = about;
  if (corrected_number === null) {
    return undefined;
  }
  const { refunded_minor: refundedInAllMinor, disputed_minor: disputedInAllMinor } = receipt;
  const returnedBefore = (corrected_refunded_minor ?? 0n) + (corrected_disputed_minor ?? 0n);
  const isLess = refundedInAllMinor + disputedInAllMinor < returnedBefore;
  const cause = isLess ? 'stands' : receipt.refund_id ? 'refund' : 'dispute';
  return { corrects: corrected_number, cause, refundedMinor: refund_minor ?? undefined, refundedInAllMinor, disputedInAllMinor };
}

function toRecurring({ config }: Services, about: About): ReceiptFacts['recurring'] {
  const { subscription_id, interval, period_end, current_period_end } = about;
  if (subscription_id === null) {
    return undefined;
  }
  const every = interval === 'year' ? 'year' : 'month';
  const ends = about.cancel_at ?? about.stop_requested_at;
  if (ends !== null || about.subscription_status === 'canceled') {
    return { interval: every };
  }
  const token = signLink(config.sessionSecret, 'stop', subscription_id);
  return { interval: every, nextAt: period_end ?? current_period_end ?? undefined, stopUrl: `${config.publicUrl}/stop/${token}` };
}
