import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCurrency } from '../../src/currency.ts';
import { type About, journalOf } from '../../src/ledger/journal-of.ts';
import { money } from '../../src/money.ts';
import type { BalanceTransaction } from '../../src/stripe/gateway.ts';

const eur = toCurrency('eur');

function moved(type: string, reportingCategory: string, amount: bigint, fee = 0n): BalanceTransaction {
  return {
    id: 'txn_1',
    type,
    reportingCategory,
    sourceId: 'ch_1',
    amount: money(amount, eur),
    fee: money(fee, eur),
    net: money(amount - fee, eur),
    exchangeRate: null,
    availableOn: new Date(0),
    createdAt: new Date(0),
  };
}

function booked(transaction: BalanceTransaction, about: About = {}): { kind: string; [account: string]: unknown } {
  const { kind, entries } = journalOf(transaction, about);
  return { kind, ...Object.fromEntries(entries.map(({ account, amountMinor }) => [account, amountMinor])) };
}

describe('the journal of what Stripe moved', () => {
  test.each([
    [
      'a gift by card',
      moved('charge', 'charge', 1000n, 59n),
      { kind: 'gift', stripe_balance: 941n, stripe_fees: 59n, donations: -1000n },
    ],
    [
      'a gift by bank debit',
      moved('payment', 'charge', 1000n, 35n),
      { kind: 'gift', stripe_balance: 965n, stripe_fees: 35n, donations: -1000n },
    ],
    ['a refund', moved('refund', 'refund', -400n), { kind: 'refund', stripe_balance: -400n, refunds: 400n }],
    [
      'a refund of a bank debit',
      moved('payment_refund', 'refund', -400n),
      { kind: 'refund', stripe_balance: -400n, refunds: 400n },
    ],
    [
      'a refund that failed',
      moved('refund_failure', 'refund_failure', 400n),
      { kind: 'refund-failure', stripe_balance: 400n, refunds: -400n },
    ],
    [
      'a bank debit that came back',
      moved('payment_failure_refund', 'charge_failure', -1000n),
      { kind: 'gift-failure', stripe_balance: -1000n, donations: 1000n },
    ],
    ['a fee that is billed apart', moved('stripe_fee', 'fee', -200n), { kind: 'fee', stripe_balance: -200n, stripe_fees: 200n }],
    ['a payout', moved('payout', 'payout', -5000n), { kind: 'payout', stripe_balance: -5000n, bank: 5000n }],
    [
      'a payout that came back',
      moved('payout_failure', 'payout_reversal', 5000n),
      { kind: 'payout-reversal', stripe_balance: 5000n, bank: -5000n },
    ],
    [
      'a dispute',
      moved('adjustment', 'dispute', -1000n, 1500n),
      { kind: 'dispute', stripe_balance: -2500n, disputes: 1000n, dispute_fees: 1500n },
    ],
    [
      'a dispute that was won',
      moved('adjustment', 'dispute_reversal', 1000n, -1500n),
      { kind: 'dispute-reversal', stripe_balance: 2500n, disputes: -1000n, dispute_fees: -1500n },
    ],
    ['a top-up', moved('topup', 'topup', 300n), { kind: 'top-up', stripe_balance: 300n, bank: -300n }],
    [
      'what Stripe holds back',
      moved('reserve_transaction', 'risk_reserved_funds', -900n),
      { kind: 'reserve', stripe_balance: -900n, other: 900n },
    ],
    [
      'a kind that is not known',
      moved('moon_landing', 'moon', -70n, 3n),
      { kind: 'unknown', stripe_balance: -73n, stripe_fees: 3n, other: 70n },
    ],
    [
      'a kind that only looks like one',
      moved('constructor', 'toString', 70n),
      { kind: 'unknown', stripe_balance: 70n, other: -70n },
    ],
    [
      'a category that is not known of a type that is',
      moved('charge', 'gift_2027', 100n),
      { kind: 'gift', stripe_balance: 100n, donations: -100n },
    ],
    ['nothing', moved('charge', 'charge', 0n), { kind: 'gift' }],
  ])('of %s', (_what, transaction, journal) => {
    expect(booked(transaction)).toEqual(journal);
  });

  test('of a payment that is no gift goes to other income, and so do its refund and its dispute', () => {
    expect(booked(moved('charge', 'charge', 1000n, 59n), { foreign: true })).toEqual({
      kind: 'gift',
      stripe_balance: 941n,
      stripe_fees: 59n,
      other_income: -1000n,
    });
    expect(booked(moved('refund', 'refund', -400n), { foreign: true })).toEqual({
      kind: 'refund',
      stripe_balance: -400n,
      other_income: 400n,
    });
    expect(booked(moved('adjustment', 'dispute', -400n, 1500n), { foreign: true, disputeId: 'du_1' })).toEqual({
      kind: 'dispute',
      stripe_balance: -1900n,
      dispute_fees: 1500n,
      other_income: 400n,
    });
    expect(journalOf(moved('charge', 'charge', 1n), { foreign: true }).memo).toMatch(/no gift/);
  });

  test('of a dispute is a matter of disputes, whatever Stripe files it under', () => {
    const about = { donationId: 'don_1', disputeId: 'du_1' };
    expect(booked(moved('stripe_fee', 'fee', 0n, 1500n), about)).toEqual({
      kind: 'dispute',
      stripe_balance: -1500n,
      dispute_fees: 1500n,
    });
    expect(booked(moved('adjustment', 'other_adjustment', 400n), about)).toEqual({
      kind: 'dispute-reversal',
      stripe_balance: 400n,
      disputes: -400n,
    });
  });

  test('balances for whatever Stripe may send, and what the balance gains is the net', () => {
    const kinds = ['charge', 'payment', 'refund', 'payout', 'adjustment', 'stripe_fee', 'reserve_transaction', 'constructor', ''];
    const minor = fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n });
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.constantFrom(...kinds, 'charge_failure', 'dispute'),
        minor,
        minor,
        fc.boolean(),
        (type, category, amount, fee, foreign) => {
          const { entries } = journalOf(moved(type, category, amount, fee), { foreign });
          const sum = (account?: string) =>
            entries
              .filter((entry) => !account || entry.account === account)
              .reduce((all, { amountMinor }) => all + amountMinor, 0n);
          expect(sum()).toBe(0n);
          expect(sum('stripe_balance')).toBe(amount - fee);
          expect(entries.every(({ amountMinor }) => amountMinor !== 0n)).toBe(true);
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});
