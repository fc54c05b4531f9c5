import type { BalanceTransaction } from '../stripe/gateway.ts';
import type { Account } from './accounts.ts';

/** One line: debits are positive, credits negative, in minor units of the journal's settlement currency. */
export type Entry = { readonly account: Account; readonly amountMinor: bigint };

/** What a balance transaction is about, as far as our rooms know it. `foreign`: of a payment that is no gift. */
export type About = {
  readonly donationId?: string;
  readonly refundId?: string;
  readonly disputeId?: string;
  readonly payoutId?: string;
  readonly foreign?: boolean;
};

/** A journal before it is booked; its entries sum to zero. */
export type JournalDraft = { readonly kind: string; readonly memo: string; readonly entries: Entry[] };

type Rule = { kind: string; memo: string; against: Account; feeTo?: Account };

/** The kind of a journal whose balance transaction is of a kind that is not known here. */
export const unknownKind = 'unknown';

/** What Stripe holds back is let go by a second one: in `other` the two are nothing. */
const reserve = { kind: 'reserve', memo: 'Held back by Stripe, or let go again', against: 'other' } as const;

/** By Stripe's reporting category (docs.stripe.com/reports/reporting-categories), which groups its many types for accounting. */
const rules = new Map<string, Rule>(
  Object.entries({
    charge: { kind: 'gift', memo: 'Gift', against: 'donations' },
    charge_failure: { kind: 'gift-failure', memo: 'Gift that failed after all', against: 'donations' },
    refund: { kind: 'refund', memo: 'Refund', against: 'refunds' },
    partial_capture_reversal: { kind: 'refund', memo: 'Part of a charge that was not captured', against: 'refunds' },
    refund_failure: { kind: 'refund-failure', memo: 'Refund that failed after all', against: 'refunds' },
    dispute: { kind: 'dispute', memo: 'Dispute', against: 'disputes', feeTo: 'dispute_fees' },
    dispute_reversal: { kind: 'dispute-reversal', memo: 'Dispute that was won', against: 'disputes', feeTo: 'dispute_fees' },
    fee: { kind: 'fee', memo: 'Fee of Stripe', against: 'stripe_fees' },
    network_cost: { kind: 'fee', memo: 'Cost of the card networks', against: 'stripe_fees' },
    tax: { kind: 'fee', memo: 'Tax on fees of Stripe', against: 'stripe_fees' },
    payout: { kind: 'payout', memo: 'Payout to the bank', against: 'bank' },
    payout_reversal: { kind: 'payout-reversal', memo: 'Payout that came back', against: 'bank' },
    topup: { kind: 'top-up', memo: 'Top-up from the bank', against: 'bank' },
    topup_reversal: { kind: 'top-up-reversal', memo: 'Top-up that came back', against: 'bank' },
    risk_reserved_funds: reserve,
    connect_reserved_funds: reserve,
    payout_minimum_balance_hold: reserve,
    payout_minimum_balance_release: reserve,
  } satisfies Record<string, Rule>),
);

/** The older field, for the kinds above; a category that Stripe adds later is found by its type. */
const categoryOfType = new Map(
  Object.entries({
    charge: 'charge',
    payment: 'charge',
    payment_failure_refund: 'charge_failure',
    refund: 'refund',
    payment_refund: 'refund',
    refund_failure: 'refund_failure',
    stripe_fee: 'fee',
    stripe_fx_fee: 'fee',
    tax_fee: 'tax',
    payout: 'payout',
    payout_cancel: 'payout_reversal',
    payout_failure: 'payout_reversal',
    topup: 'topup',
    topup_reversal: 'topup_reversal',
  }),
);

/**
 * The journal of a balance transaction: what Stripe's balance gained (net), what Stripe kept (fee), and what both came from (gross).
 * A kind that we do not know is booked to `other`. One that moves nothing has no entries.
 */
export function journalOf(transaction: BalanceTransaction, about: About): JournalDraft {
  const rule = ruleOf(transaction, about);
  const isForeign = about.foreign === true && ['donations', 'refunds', 'disputes'].includes(rule.against);
  const entries: Entry[] = [
    { account: 'stripe_balance', amountMinor: transaction.net.minor },
    { account: rule.feeTo ?? 'stripe_fees', amountMinor: transaction.fee.minor },
    { account: isForeign ? 'other_income' : rule.against, amountMinor: -transaction.amount.minor },
  ];
  return {
    kind: rule.kind,
    memo: memoOf(rule, about, isForeign),
    entries: entries.filter(({ amountMinor }) => amountMinor !== 0n),
  };
}

/** Whatever a dispute moves is a matter of disputes, also where Stripe files it as an adjustment or a fee. */
function ruleOf({ reportingCategory, type, amount }: BalanceTransaction, { disputeId }: About): Rule {
  if (disputeId) {
    return rules.get(amount.minor > 0n ? 'dispute_reversal' : 'dispute')!;
  }
  const rule = rules.get(reportingCategory) ?? rules.get(categoryOfType.get(type) ?? '');
  return rule ?? { kind: unknownKind, memo: `Not known here: ${type}`, against: 'other' };
}

/** Whether it is a charge itself, or what takes one back that failed: not whatever else Stripe moves on account of a charge. */
export function isOfCharge({ reportingCategory, type }: Pick<BalanceTransaction, 'reportingCategory' | 'type'>): boolean {
  const category = rules.has(reportingCategory) ? reportingCategory : categoryOfType.get(type);
  return category === 'charge' || category === 'charge_failure';
}

function memoOf({ memo }: Rule, { donationId, payoutId }: About, isForeign: boolean): string {
  if (isForeign) {
    return `${memo}, of a payment that is no gift here`;
  }
  const subject = donationId ?? payoutId;
  return subject ? `${memo} ${subject}` : memo;
}
