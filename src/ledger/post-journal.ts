import { drawNumber } from '../db/counters.ts';
import type { Trx } from '../db/database.ts';
import type { Services } from '../services.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';
import { bookingDay } from './booking-day.ts';
import { type About, type JournalDraft, journalOf, unknownKind } from './journal-of.ts';
import { noteForPerson } from './note-for-person.ts';

type Needs = Pick<Services, 'config' | 'newId'>;

/**
 * Books what Stripe moved: the balance transaction and its one journal. One that is booked already changes nothing; one from before the
 * books is kept without a journal, as the opening balance holds it. A kind that is not known here is noted for a person.
 * Draws the journal's position, so it stands after every row lock of the transaction.
 */
export async function postJournal(trx: Trx, services: Needs, transaction: BalanceTransaction, about: About): Promise<void> {
  const draft = journalOf(transaction, about);
  const isNew = await insertBalanceTransaction(trx, transaction);
  if (isNew && draft.kind === unknownKind) {
    const detail = `Stripe moved something of a kind that is not known here: ${transaction.type} (${transaction.reportingCategory})`;
    await noteForPerson(trx, { kind: 'unknown-kind', objectId: transaction.id, detail, transaction });
  }
  if (isNew && draft.entries.length > 0) {
    await insertJournal(trx, services, { transaction, about, draft });
  }
}

/** Answers whether it is to be booked now. */
async function insertBalanceTransaction(trx: Trx, transaction: BalanceTransaction): Promise<boolean> {
  const { amount, fee, net, exchangeRate } = transaction;
  const inserted = await trx
    .insertInto('balance_transactions')
    .values({
      id: transaction.id,
      type: transaction.type,
      reporting_category: transaction.reportingCategory,
      source_id: transaction.sourceId,
      currency: amount.currency,
      amount_minor: amount.minor,
      fee_minor: fee.minor,
      net_minor: net.minor,
      exchange_rate: exchangeRate === null ? null : String(exchangeRate),
      available_on: transaction.availableOn,
      created_at: transaction.createdAt,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning((row) => row.fn<boolean>('is_before_the_books', ['currency', 'created_at']).as('is_before'))
    .executeTakeFirst();
  return inserted?.is_before === false;
}

async function insertJournal(
  trx: Trx,
  { config, newId }: Needs,
  { transaction, about, draft }: { transaction: BalanceTransaction; about: About; draft: JournalDraft },
): Promise<void> {
  const id = newId('jrn');
  const position = await drawNumber(trx, 'journal');
  await trx
    .insertInto('ledger_journals')
    .values({
      id,
      position,
      kind: draft.kind,
      occurred_at: transaction.createdAt,
      booked_on: bookingDay(transaction.createdAt, config.newsroom.time_zone),
      stripe_balance_transaction_id: transaction.id,
      stripe_source_id: transaction.sourceId,
      donation_id: about.donationId ?? null,
      refund_id: about.refundId ?? null,
      dispute_id: about.disputeId ?? null,
      payout_id: about.payoutId ?? null,
      memo: draft.memo,
    })
    .execute();
  await trx
    .insertInto('ledger_entries')
    .values(
      draft.entries.map(({ account, amountMinor }, index) => ({
        journal_id: id,
        line: index + 1,
        account,
        currency: transaction.net.currency,
        amount_minor: amountMinor,
      })),
    )
    .execute();
}
