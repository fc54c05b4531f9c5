import type { Database, Trx } from '../../src/db/database.ts';
import type { About } from '../../src/ledger/journal-of.ts';
import { postJournal } from '../../src/ledger/post-journal.ts';
import type { BalanceTransaction } from '../../src/stripe/gateway.ts';
import {
  insertCheckout,
  insertDispute,
  insertDonor,
  insertPayout,
  insertReceipt,
  insertSubscription,
  setPayout,
  toTransaction,
} from './book-rows.ts';
import { testConfig } from './settings.ts';

/** A gift as the books hold it after Stripe has settled it; what is not said is plausible. */
export type GiftStory = {
  amount?: bigint;
  currency?: string;
  status?: 'pending' | 'processing' | 'succeeded' | 'failed' | 'expired';
  feeCover?: bigint;
  /** What it settled to; `false`: its balance transaction is not known yet. */
  settled?: false | { currency: string; gross: bigint; fee: bigint };
  createdAt?: string;
  paidAt?: string;
  availableOn?: string;
  payoutId?: string;
  donor?: { email: string; name: string } | null;
  recurring?: boolean;
  receipt?: boolean;
  article?: { url: string; id?: string; title?: string };
  section?: string;
  campaign?: string;
  placement?: string;
};

export type Gift = {
  id: string;
  amount: bigint;
  currency: string;
  settlementCurrency: string;
  balanceTransactionId: string | null;
};

const config = testConfig();

/** Fills a database with gifts, refunds and payouts as if Stripe had reported them, each in one transaction with its journal. */
export function keepBooks(db: Database) {
  let drawn = 0;
  const newId = (prefix: string) => {
    drawn += 1;
    return `${prefix}_${String(drawn).padStart(8, '0')}`;
  };
  const book = (trx: Trx, transaction: BalanceTransaction, about: About) =>
    postJournal(trx, { config, newId }, transaction, about);

  async function gift(story: GiftStory = {}): Promise<Gift> {
    const { amount = 1000n, currency = 'eur', status = 'succeeded' } = story;
    const paidAt = new Date(story.paidAt ?? '2026-05-10T12:00:00Z');
    const isPaid = status === 'succeeded';
    const settled =
      isPaid && story.settled !== false ? (story.settled ?? { currency, gross: amount, fee: amount / 20n }) : undefined;
    const transaction = settled && toTransaction(newId('txn'), 'charge', settled, paidAt, story.availableOn);
    const id = newId('don');
    await db.transaction().execute(async (trx) => {
      const donorId = story.donor === null ? null : await insertDonor(trx, newId, story.donor);
      const subscriptionId = story.recurring ? await insertSubscription(trx, newId, { donorId, amount, currency, paidAt }) : null;
      await trx
        .insertInto('donations')
        .values({
          id,
          kind: story.recurring ? 'recurring' : 'one-time',
          subscription_id: subscriptionId,
          donor_id: donorId,
          status,
          currency,
          amount_minor: amount,
          fee_cover_minor: story.feeCover ?? 0n,
          article_url: story.article?.url ?? null,
          article_id: story.article?.id ?? null,
          article_title: story.article?.title ?? null,
          section: story.section ?? null,
          campaign: story.campaign ?? null,
          placement: story.placement ?? null,
          created_at: new Date(story.createdAt ?? paidAt),
          paid_at: isPaid ? paidAt : null,
          stripe_payment_intent_id: newId('pi'),
          stripe_charge_id: isPaid ? newId('ch') : null,
          stripe_invoice_id: story.recurring ? newId('in') : null,
          ...(transaction && {
            stripe_balance_transaction_id: transaction.id,
            settlement_currency: transaction.amount.currency,
            gross_minor: transaction.amount.minor,
            fee_minor: transaction.fee.minor,
            net_minor: transaction.net.minor,
            available_on: transaction.availableOn,
          }),
        })
        .execute();
      await insertCheckout(trx, newId, { donationId: id, subscriptionId, at: paidAt });
      if (isPaid && story.receipt !== false) {
        await insertReceipt(trx, newId, { donationId: id, amount, currency, issuedAt: paidAt });
      }
      if (transaction) {
        await book(trx, transaction, { donationId: id });
        if (story.payoutId) await setPayout(trx, transaction.id, story.payoutId);
      }
    });
    return {
      id,
      amount,
      currency,
      settlementCurrency: settled?.currency ?? currency,
      balanceTransactionId: transaction?.id ?? null,
    };
  }

  async function refund(
    of: Gift,
    story: { amount?: bigint; settled?: bigint; at?: string; status?: 'pending' | 'succeeded' | 'failed' } = {},
  ) {
    const { amount = of.amount, status = 'succeeded' } = story;
    const at = new Date(story.at ?? '2026-06-03T09:30:00Z');
    const [id, stripeId] = [newId('rfd'), newId('re')];
    const counts = status === 'succeeded';
    const settled = { currency: of.settlementCurrency, gross: -(story.settled ?? amount), fee: 0n };
    await db.transaction().execute(async (trx) => {
      const transaction = toTransaction(newId('txn'), 'refund', settled, at);
      await trx
        .insertInto('refunds')
        .values({
          id,
          donation_id: of.id,
          status,
          amount_minor: amount,
          currency: of.currency,
          settled_minor: counts ? -transaction.net.minor : null,
          stripe_refund_id: stripeId,
          stripe_balance_transaction_id: counts ? transaction.id : null,
          created_at: at,
        })
        .execute();
      if (counts) {
        await trx
          .updateTable('donations')
          .set(({ eb }) => ({
            refunded_minor: eb('refunded_minor', '+', amount),
            refunded_settled_minor: eb('refunded_settled_minor', '+', -transaction.net.minor),
          }))
          .where('id', '=', of.id)
          .execute();
        await book(trx, transaction, { donationId: of.id, refundId: id });
      }
    });
    return { id, stripeId };
  }

  /** A dispute of a whole gift, with a fee of 15 units: lost, or won after the money was gone. */
  async function dispute(of: Gift, story: { status: 'lost' | 'won'; settled?: bigint; at?: string }) {
    const [id, fee, at] = [newId('du'), 1500n, new Date(story.at ?? '2026-06-05T09:30:00Z')];
    const [settled, currency] = [story.settled ?? of.amount, of.settlementCurrency];
    const withdrawal = toTransaction(newId('txn'), 'dispute', { currency, gross: -settled, fee }, at);
    const reversal = toTransaction(newId('txn'), 'dispute_reversal', { currency, gross: settled, fee: 0n }, at);
    const withdrawn = story.status === 'won' ? 0n : settled;
    await db.transaction().execute(async (trx) => {
      await insertDispute(trx, {
        id,
        donationId: of.id,
        ...story,
        amount: of.amount,
        currency: of.currency,
        at,
        withdrawn,
        fee,
        settlementCurrency: currency,
      });
      for (const transaction of story.status === 'won' ? [withdrawal, reversal] : [withdrawal]) {
        await book(trx, { ...transaction, sourceId: id }, { donationId: of.id, disputeId: id });
      }
    });
    return id;
  }

  /** Money on its way to the bank; `arrival` is a day. `linesRead`: what it is made of is known. */
  async function payout(story: { id?: string; amount: bigint; currency?: string; arrival: string; linesRead?: boolean }) {
    const id = story.id ?? newId('po');
    const settled = { currency: story.currency ?? 'eur', gross: -story.amount, fee: 0n };
    const transaction = {
      ...toTransaction(newId('txn'), 'payout', settled, new Date(story.arrival), story.arrival),
      sourceId: id,
    };
    await db.transaction().execute(async (trx) => {
      await insertPayout(trx, { ...story, id, currency: settled.currency, transaction });
      await book(trx, transaction, { payoutId: id });
    });
    return id;
  }

  return { gift, refund, dispute, payout };
}
