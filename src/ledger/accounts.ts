/** The chart of accounts; each exists once in every settlement currency. README.md says what each one holds. */
export type Account =
  | 'stripe_balance'
  | 'bank'
  | 'donations'
  | 'other_income'
  | 'stripe_fees'
  | 'refunds'
  | 'disputes'
  | 'dispute_fees'
  | 'opening_balance'
  | 'other';
