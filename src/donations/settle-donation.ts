import type { Updateable } from 'kysely';
import { plusSeconds } from '../clock.ts';
import type { Trx } from '../db/database.ts';
import type { DB } from '../db/tables.ts';
import { attachDonor, type Person } from '../donors/attach-donor.ts';
import { chooseDonor } from '../donors/choose-donor.ts';
import { stageJob } from '../jobs/stage.ts';
import { noteForPerson } from '../ledger/note-for-person.ts';
import { postJournal } from '../ledger/post-journal.ts';
import type { Services } from '../services.ts';
import type { Charge, PaymentReading } from '../stripe/gateway.ts';
import { findCheckout } from './checkout.ts';
import { type DonationStatus, isUnderWay, statusAfter } from './donation-status.ts';
import type { Donation } from './lock-donation.ts';
import { reserveReceipt } from './reserve-receipt.ts';

/** Stripe usually has the balance transaction within seconds and tells so; where it does not, the payment is read again then. */
const followUpSeconds = 60;

/** How a reading is to be taken. */
export type Settling = {
  readonly readNumber: bigint;
  /**
   * Who the session says has paid; it knows more surely than the charge. Its page is closed by that: a payment that is not under way
   * has failed for good.
   */
  readonly payer?: Person;
  /** A gift from before these books, or one that was made elsewhere, gets no receipt and no letter. */
  readonly withoutLetters?: boolean;
};

/**
 * Makes a gift equal to a reading of its payment: status, charge, fee, donor, journal; the first time it is succeeded also its
 * receipt, and where a debit fails the letter that says so. A row that holds a newer reading is left as it is, but for what only the
 * session tells. The caller has locked the row.
 */
export async function settleDonation(
  trx: Trx,
  services: Services,
  donation: Donation,
  payment: PaymentReading,
  settling: Settling,
): Promise<Donation> {
  const { readNumber, payer, withoutLetters } = settling;
  const isNewer = donation.read_number < readNumber;
  if (!isNewer && !payer) {
    return donation;
  }
  const settled = await (isNewer ? takeReading : addSession)(trx, services, donation, payment, settling);
  const hasChanged = settled.status !== donation.status;
  if (hasChanged && !withoutLetters && isOurs(settled, payment) && !(await isHistory(trx, services, settled))) {
    await startLetters(trx, services, settled);
  }
  return settled;
}

async function takeReading(
  trx: Trx,
  services: Services,
  donation: Donation,
  payment: PaymentReading,
  { readNumber, payer }: Settling,
): Promise<Donation> {
  const status = statusAfter(donation.status as DonationStatus, payment.status, payer !== undefined);
  const charge = isUnderWay(payment.status) ? payment.charge : null;
  const settled = await trx
    .updateTable('donations')
    .set({
      status,
      currency: payment.amount.currency,
      amount_minor: payment.amount.minor,
      stripe_payment_intent_id: payment.id,
      donor_id:
        charge || status === 'failed'
          ? await attachPayer(trx, services, { donation, payment, charge, payer })
          : donation.donor_id,
      read_number: readNumber,
      ...(donation.status === 'processing' && status === 'succeeded' && { arrived_at: services.clock.now() }),
      ...(charge && { stripe_charge_id: charge.id }),
      ...(charge && status === 'succeeded' && toSettlement(services, donation, charge)),
    })
    .where('id', '=', donation.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await postCharge(trx, services, settled, payment);
  return settled;
}

/** A newer reading of the payment alone cannot know what its session tells: by whom it was paid, and that its page is closed. */
async function addSession(
  trx: Trx,
  services: Services,
  donation: Donation,
  payment: PaymentReading,
  { payer }: Settling,
): Promise<Donation> {
  const hasFailed = donation.status === 'pending' && statusAfter('pending', payment.status, true) === 'failed';
  const isGiven = ['processing', 'succeeded'].includes(donation.status) || hasFailed;
  return trx
    .updateTable('donations')
    .set({
      status: hasFailed ? 'failed' : donation.status,
      donor_id: isGiven && payer ? await chooseDonor(trx, services, donation.donor_id, payer) : donation.donor_id,
    })
    .where('id', '=', donation.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What the charge tells once it went through. Without its balance transaction the fee is not known yet, and a later reading is due. */
function toSettlement({ clock }: Services, donation: Donation, charge: Charge): Updateable<DB['donations']> {
  const transaction = charge.balanceTransaction;
  if (!transaction) {
    const isMissing = donation.stripe_balance_transaction_id === null;
    const followUpAt = donation.follow_up_at ?? plusSeconds(clock.now(), followUpSeconds);
    return { paid_at: charge.createdAt, follow_up_at: isMissing ? followUpAt : null };
  }
  return {
    paid_at: charge.createdAt,
    follow_up_at: null,
    stripe_balance_transaction_id: transaction.id,
    settlement_currency: transaction.net.currency,
    gross_minor: transaction.amount.minor,
    fee_minor: transaction.fee.minor,
    net_minor: transaction.net.minor,
    available_on: transaction.availableOn,
  };
}

/** The donor of a gift that is under way, or whose debit has failed. Stands before numbers are drawn: one donor's gifts wait here for each other. */
async function attachPayer(
  trx: Trx,
  services: Services,
  { donation, payment, charge, payer }: { donation: Donation; payment: PaymentReading; charge: Charge | null; payer?: Person },
): Promise<string | null> {
  if (payer) {
    return chooseDonor(trx, services, donation.donor_id, payer);
  }
  if (donation.donor_id || !charge) {
    return donation.donor_id;
  }
  const checkout = await findCheckout(trx, donation.subscription_id ?? donation.id);
  const name = checkout?.donor_name ?? charge.name;
  const { customerId } = payment;
  return attachDonor(trx, services, { email: charge.email, name, locale: donation.locale, customerId, at: charge.createdAt });
}

/**
 * A bank debit may be in the balance while it is on its way; one that fails is taken out of it again. Where that happens to a gift that
 * had succeeded, it stays so (nothing of it is unsaid), and a person has to look.
 */
async function postCharge(trx: Trx, services: Services, donation: Donation, { charge }: PaymentReading): Promise<void> {
  for (const transaction of [charge?.balanceTransaction, charge?.failureBalanceTransaction]) {
    if (transaction) {
      await postJournal(trx, services, transaction, { donationId: donation.id });
    }
  }
  const transaction = charge?.failureBalanceTransaction;
  if (transaction && donation.status === 'succeeded' && donation.stripe_charge_id === charge.id) {
    const detail = 'The bank took a debit back after the gift had succeeded: its money is gone, its receipt is not corrected';
    await noteForPerson(trx, { kind: 'debit-taken-back', objectId: donation.id, detail, transaction });
  }
}

/** A one-time gift by a rule alone was made elsewhere, and has whatever letters were sent from there. */
function isOurs({ kind }: Donation, { donationId }: PaymentReading): boolean {
  return kind === 'recurring' || donationId !== null;
}

/** While history is read, whatever did not begin at our checkout is a part of it. */
async function isHistory(trx: Trx, { withoutLetters }: Services, { id, subscription_id }: Donation): Promise<boolean> {
  return withoutLetters === true && (await findCheckout(trx, subscription_id ?? id)) === undefined;
}

/** A card that is declined leaves its page open: a gift that fails was on its way. A recurring one has letters of its own. */
async function startLetters(trx: Trx, services: Services, donation: Donation): Promise<void> {
  if (donation.status === 'failed' && donation.kind === 'one-time') {
    await stageJob(trx, 'write-debit-failed', { donationId: donation.id });
  }
  if (donation.status !== 'succeeded') {
    return;
  }
  await reserveReceipt(trx, services, donation);
  if (donation.newsletter) {
    await stageJob(trx, 'ask-newsletter-wish', { donationId: donation.id });
  }
}
