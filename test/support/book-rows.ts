import { toCurrency } from '../../src/currency.ts';
import { drawNumber } from '../../src/db/counters.ts';
import type { Trx } from '../../src/db/database.ts';
import { money } from '../../src/money.ts';
import type { BalanceTransaction } from '../../src/stripe/gateway.ts';

type NewId = (prefix: string) => string;

export async function insertDonor(
  trx: Trx,
  newId: NewId,
  donor = { email: 'reader@example.net', name: 'A Reader' },
): Promise<string> {
  const id = newId('dnr');
  const created = { id, email: donor.email, email_key: `${id}${donor.email.toLowerCase()}`, name: donor.name };
  await trx
    .insertInto('donors')
    .values({ ...created, created_at: new Date('2026-01-01T00:00:00Z') })
    .execute();
  return id;
}

export async function insertSubscription(
  trx: Trx,
  newId: NewId,
  of: { donorId: string | null; amount: bigint; currency: string; paidAt: Date },
): Promise<string> {
  const id = newId('rec');
  await trx
    .insertInto('subscriptions')
    .values({
      id,
      donor_id: of.donorId,
      status: 'active',
      interval: 'month',
      currency: of.currency,
      amount_minor: of.amount,
      stripe_subscription_id: newId('sub'),
      created_at: of.paidAt,
    })
    .execute();
  return id;
}

/** The session in which it was paid: of a recurring gift the subscription's. */
export async function insertCheckout(
  trx: Trx,
  newId: NewId,
  of: { donationId: string; subscriptionId: string | null; at: Date },
): Promise<void> {
  await trx
    .insertInto('checkouts')
    .values({
      idempotency_key: newId('key'),
      attempt: newId('att'),
      ...(of.subscriptionId ? { subscription_id: of.subscriptionId } : { donation_id: of.donationId }),
      state: 'complete',
      parameters: '{}',
      stripe_checkout_session_id: newId('cs'),
      expires_at: of.at,
      created_at: of.at,
    })
    .execute();
}

export async function insertReceipt(
  trx: Trx,
  newId: NewId,
  of: { donationId: string; amount: bigint; currency: string; issuedAt: Date },
): Promise<void> {
  const year = of.issuedAt.getUTCFullYear();
  const sequence = Number(await drawNumber(trx, `receipt-${year}`));
  await trx
    .insertInto('receipts')
    .values({
      id: newId('rcp'),
      year,
      sequence,
      kind: 'gift',
      donation_id: of.donationId,
      currency: of.currency,
      amount_minor: of.amount,
      issued_at: of.issuedAt,
    })
    .execute();
}

/** A dispute, and what its gift says of it. */
export async function insertDispute(
  trx: Trx,
  of: {
    id: string;
    donationId: string;
    status: string;
    amount: bigint;
    currency: string;
    at: Date;
    settlementCurrency: string;
    withdrawn: bigint;
    fee: bigint;
  },
): Promise<void> {
  await trx
    .insertInto('disputes')
    .values({
      id: of.id,
      donation_id: of.donationId,
      stripe_charge_id: `ch_of_${of.donationId}`,
      status: of.status,
      reason: 'fraudulent',
      currency: of.currency,
      amount_minor: of.amount,
      settlement_currency: of.settlementCurrency,
      withdrawn_minor: of.withdrawn,
      fee_minor: of.fee,
      created_at: of.at,
    })
    .execute();
  await trx
    .updateTable('donations')
    .set({ disputed_minor: of.withdrawn, dispute_fee_minor: of.fee, dispute_status: of.status })
    .where('id', '=', of.donationId)
    .execute();
}

/** A payout that arrived, with the balance transaction of its own. */
export async function insertPayout(
  trx: Trx,
  of: { id: string; amount: bigint; currency: string; arrival: string; linesRead?: boolean; transaction: BalanceTransaction },
): Promise<void> {
  await trx
    .insertInto('payouts')
    .values({
      id: of.id,
      status: 'paid',
      currency: of.currency,
      amount_minor: of.amount,
      automatic: true,
      reconciliation_status: 'completed',
      arrival_on: of.arrival,
      stripe_balance_transaction_id: of.transaction.id,
      lines_read_at: of.linesRead ? of.transaction.createdAt : null,
      created_at: of.transaction.createdAt,
    })
    .execute();
}

export async function setPayout(trx: Trx, balanceTransactionId: string, payoutId: string): Promise<void> {
  await trx.updateTable('balance_transactions').set({ payout_id: payoutId }).where('id', '=', balanceTransactionId).execute();
}

/** A balance transaction as the gateway reads it; without a day it is available on the day it happened. */
export function toTransaction(
  id: string,
  type: string,
  settled: { currency: string; gross: bigint; fee: bigint },
  at: Date,
  availableOn?: string,
): BalanceTransaction {
  const currency = toCurrency(settled.currency);
  return {
    id,
    type,
    reportingCategory: type,
    sourceId: null,
    amount: money(settled.gross, currency),
    fee: money(settled.fee, currency),
    net: money(settled.gross - settled.fee, currency),
    exchangeRate: null,
    availableOn: new Date(availableOn ?? at.toISOString().slice(0, 10)),
    createdAt: at,
  };
}
