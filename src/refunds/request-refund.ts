import { createHash } from 'node:crypto';
import { incrementOf, toCurrency } from '../currency.ts';
import type { Trx } from '../db/database.ts';
import { type Donation, lockDonation } from '../donations/lock-donation.ts';
import { AppError } from '../errors.ts';
import { stageJob } from '../jobs/stage.ts';
import { type Money, money, toDecimal } from '../money.ts';
import type { Services } from '../services.ts';
import { writeAudit } from '../staff/write-audit.ts';
import { leftToRefund } from './left-to-refund.ts';

/** Why money goes back, in Stripe's words. */
export const refundReasons = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;

export type RefundWish = {
  readonly donationId: string;
  /** In minor units of the gift's currency; absent: all that is left. */
  readonly amountMinor?: bigint;
  readonly reason: (typeof refundReasons)[number];
  /** For whoever reads the books later; Stripe does not get it. */
  readonly note?: string;
  /** The API key that asks. */
  readonly requestedBy: string;
  /** What the caller tells one request from another by: the same wish under the same key is the same refund. */
  readonly requestKey?: string;
};

export type RequestedRefund = { readonly id: string; readonly amount: Money };

/**
 * Writes down that a refund is wanted, who wants it, and the job that asks Stripe: one transaction. The books change when Stripe reports
 * it. Whoever asks again because the answer was lost is told of the refund that there is. Throws donation-not-found,
 * refund-exceeds-donation, or request-not-possible for an amount that Stripe cannot pay out.
 */
export async function requestRefund(services: Services, wish: RefundWish): Promise<RequestedRefund> {
  return services.db.transaction().execute(async (trx) => {
    const donation = await lockDonation(trx, wish.donationId);
    if (!donation) {
      throw new AppError('donation-not-found', 'There is no donation of this id.');
    }
    const id = idOf(services, wish);
    const known = await trx.selectFrom('refunds').selectAll().where('id', '=', id).executeTakeFirst();
    if (known) {
      return { id, amount: money(known.amount_minor, toCurrency(known.currency)) };
    }
    const amount = await amountOf(trx, donation, wish.amountMinor);
    await insertRefund(trx, services, { id, wish, amount });
    await stageJob(trx, 'ask-for-refund', { refundId: id });
    await writeAudit(trx, services, {
      actor: wish.requestedBy,
      action: 'refund.requested',
      objectId: id,
      detail: { donation_id: donation.id, amount: Number(amount.minor), currency: amount.currency, reason: wish.reason },
    });
    return { id, amount };
  });
}

async function amountOf(trx: Trx, donation: Donation, wanted: bigint | undefined): Promise<Money> {
  if (donation.status !== 'succeeded') {
    throw new AppError('refund-exceeds-donation', 'This donation was not paid, or is not yet: there is nothing to give back.');
  }
  const currency = toCurrency(donation.currency);
  const left = await leftToRefund(trx, donation);
  const amount = money(wanted ?? left, currency);
  if (amount.minor % incrementOf(currency) !== 0n) {
    const detail = `must be a multiple of ${incrementOf(currency)} in ${currency}`;
    throw new AppError('request-not-possible', 'Some fields are wrong.', { errors: [{ pointer: '/amount', detail }] });
  }
  if (amount.minor > left || left === 0n) {
    const rest = `${toDecimal(money(left, currency))} ${currency.toUpperCase()}`;
    throw new AppError('refund-exceeds-donation', `${rest} of this donation is left to refund.`);
  }
  return amount;
}

/** Made of the wish and its key where it has one, so that a process that died before it answered makes no second refund. */
function idOf({ newId }: Services, { requestKey, requestedBy, donationId, amountMinor, reason, note }: RefundWish): string {
  if (requestKey === undefined) {
    return newId('rfd');
  }
  const wish = JSON.stringify([requestedBy, requestKey, donationId, String(amountMinor), reason, note]);
  return `rfd_${createHash('sha256').update(wish).digest('hex').slice(0, 32)}`;
}

async function insertRefund(
  trx: Trx,
  { clock }: Services,
  { id, wish, amount }: { id: string; wish: RefundWish; amount: Money },
): Promise<void> {
  await trx
    .insertInto('refunds')
    .values({
      id,
      donation_id: wish.donationId,
      status: 'requested',
      amount_minor: amount.minor,
      currency: amount.currency,
      reason: wish.reason,
      note: wish.note ?? null,
      requested_by: wish.requestedBy,
      created_at: clock.now(),
    })
    .execute();
}
