import { plusSeconds } from '../clock.ts';
import type { Trx } from '../db/database.ts';
import { stageJob } from '../jobs/stage.ts';
import type { Services } from '../services.ts';
import type { BalanceTransaction } from '../stripe/gateway.ts';
import { isOfCharge } from './journal-of.ts';
import { postJournal } from './post-journal.ts';

type Needs = Pick<Services, 'clock' | 'config' | 'newId'>;

/** `staged`: the object that it comes from is read again, and books it. `wait`: it may still be claimed until then. */
export type RecordedTransaction =
  | { readonly outcome: 'booked' }
  | { readonly outcome: 'staged'; readonly subject: string }
  | { readonly outcome: 'wait'; readonly until: Date };

/** As long as a payment that nothing marks as ours waits for whatever may still claim it. */
const claimSeconds = 15 * 60;

/**
 * Books what Stripe moved and no room has claimed: its fees and taxes, top-ups, what it holds back, and kinds that are not known here
 * (to `other`, and noted for a person). What a payment, refund, dispute or payout moved is left to its room, which is asked to read it
 * again; a charge without a payment is nobody's only when nobody can claim it any more. Changes nothing where it is booked already.
 */
export async function recordBalanceTransaction(
  trx: Trx,
  services: Needs,
  transaction: BalanceTransaction,
): Promise<RecordedTransaction> {
  const claim = await findClaim(trx, transaction);
  if (claim === 'none') {
    await postJournal(trx, services, transaction, {});
  } else if ('donationId' in claim) {
    await postJournal(trx, services, transaction, claim);
  } else if ('subject' in claim) {
    await stageJob(trx, 'read-object', claim);
    return { outcome: 'staged', ...claim };
  } else {
    const until = plusSeconds(transaction.createdAt, claimSeconds);
    if (until > services.clock.now()) {
      return { outcome: 'wait', until };
    }
    await postJournal(trx, services, transaction, { foreign: true });
  }
  return { outcome: 'booked' };
}

type Claim = 'none' | { donationId: string } | { subject: string } | { isCharge: true };

/** Who books it. What is booked, or before the books, needs nobody; nor does an earlier try of a payment that was paid by a later one. */
async function findClaim(trx: Trx, transaction: BalanceTransaction): Promise<Claim> {
  const { sourceId, paymentIntentId } = transaction;
  if (!/^(ch|py|re|pyr|du|dp|po)_/.test(sourceId ?? '') || (await isSettled(trx, transaction))) {
    return 'none';
  }
  if (!/^(ch|py)_/.test(sourceId!)) {
    return { subject: sourceId! };
  }
  if (!isOfCharge(transaction)) {
    return 'none';
  }
  if (!paymentIntentId) {
    return { isCharge: true };
  }
  const gift = await trx
    .selectFrom('donations')
    .select(['id', 'stripe_charge_id'])
    .where('stripe_payment_intent_id', '=', paymentIntentId)
    .executeTakeFirst();
  const isOfEarlierTry = gift !== undefined && gift.stripe_charge_id !== null && gift.stripe_charge_id !== sourceId;
  return isOfEarlierTry ? { donationId: gift.id } : { subject: paymentIntentId };
}

async function isSettled(trx: Trx, { id, net, createdAt }: BalanceTransaction): Promise<boolean> {
  const { is_settled } = await trx
    .selectNoFrom((row) => [
      row
        .or([
          row.exists(row.selectFrom('balance_transactions').select('id').where('id', '=', id)),
          row.fn<boolean>('is_before_the_books', [row.val(net.currency), row.val(createdAt)]),
        ])
        .as('is_settled'),
    ])
    .executeTakeFirstOrThrow();
  return Boolean(is_settled);
}
