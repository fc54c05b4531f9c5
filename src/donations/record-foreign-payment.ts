import { sql } from 'kysely';
import { plusSeconds } from '../clock.ts';
import type { Trx } from '../db/database.ts';
import { postJournal } from '../ledger/post-journal.ts';
import type { Newsroom } from '../newsroom.ts';
import type { Services } from '../services.ts';
import type { BalanceTransaction, PaymentReading } from '../stripe/gateway.ts';
import { isPaid, isUnderWay } from './donation-status.ts';
import { insertDonation } from './insert-donation.ts';
import { lockDonationOf, type RecordedPayment } from './lock-donation.ts';
import { settleDonation } from './settle-donation.ts';

/** Stripe may tell of a payment before it can tell what it belongs to. */
const waitSeconds = 15 * 60;

/**
 * Books a payment that nothing marks as ours. For 15 minutes it waits for whatever may still claim it; then its money goes to
 * `other_income`, or becomes a gift where a rule of newsroom.json says so; what was booked before there was a rule stays. It never causes
 * a letter. A bank debit that is in the balance while it is on its way is booked as well, and booked back where it fails.
 */
export async function recordForeignPayment(
  trx: Trx,
  services: Services,
  payment: PaymentReading,
  readNumber: bigint,
): Promise<RecordedPayment> {
  const { charge } = payment;
  const paid = isPaid(payment.status);
  if (!charge || !(paid || charge.balanceTransaction)) {
    return { outcome: 'nothing' };
  }
  const now = services.clock.now();
  const until = plusSeconds(charge.createdAt, waitSeconds);
  if (until > now) {
    return { outcome: 'wait', until };
  }
  if (!charge.balanceTransaction) {
    return { outcome: 'wait', until: plusSeconds(now, waitSeconds) };
  }
  await sql`select pg_advisory_xact_lock(hashtextextended(${payment.id}, 0))`.execute(trx);
  const known = await lockDonationOf(trx, payment.id); // another worker may have made it a gift meanwhile
  const fits = isUnderWay(payment.status) && isGiftByRule(services.config.newsroom, payment);
  if (known || (fits && !(await isBooked(trx, charge.balanceTransaction)))) {
    const donation = known ?? (await insertDonation(trx, { id: services.newId('don'), payment }));
    const settled = await settleDonation(trx, services, donation, payment, { readNumber, withoutLetters: true });
    return { outcome: 'gift', donation: settled };
  }
  for (const transaction of [charge.balanceTransaction, charge.failureBalanceTransaction]) {
    if (transaction) {
      await postJournal(trx, services, transaction, { foreign: true });
    }
  }
  return { outcome: paid ? 'foreign' : 'nothing' };
}

async function isBooked(trx: Trx, { id }: BalanceTransaction): Promise<boolean> {
  const journals = trx.selectFrom('ledger_journals').select('id').where('stripe_balance_transaction_id', '=', id);
  return (await journals.executeTakeFirst()) !== undefined;
}

/** A rule fits where all of its metadata is there and its description is a part of the payment's, whatever the case. */
function isGiftByRule({ foreign_charges }: Newsroom, { metadata, description }: PaymentReading): boolean {
  return foreign_charges.some((rule) => {
    const wanted = Object.entries(rule.metadata ?? {});
    const words = rule.description?.toLowerCase() ?? '';
    const isEmpty = wanted.length === 0 && words === '';
    return (
      !isEmpty && wanted.every(([key, value]) => metadata[key] === value) && (description ?? '').toLowerCase().includes(words)
    );
  });
}
