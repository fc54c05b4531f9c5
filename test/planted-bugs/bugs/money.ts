import { bug, type PlantedBug } from './bug.ts';

/** Disputes, payouts and the books. */
export const moneyBugs: readonly PlantedBug[] = [
  bug(
    'an older reading overwrites a newer one of a dispute',
    [
      'src/disputes/record-dispute.ts',
      'if (before && before.read_number >= readNumber) {',
      'if (before && before.read_number > readNumber + 1_000_000n) {',
    ],
    [
      'src/disputes/record-dispute.ts',
      ".doUpdateSet(columns).where('disputes.read_number', '<', readNumber))",
      '.doUpdateSet(columns))',
    ],
  ),
  bug('a dispute that was won stays withheld', [
    'src/disputes/record-dispute.ts',
    'withdrawn_minor: -sum(({ amount }) => amount.minor),',
    'withdrawn_minor: -(balanceTransactions[0]?.amount.minor ?? 0n),',
  ]),
  bug('a lost dispute lets the recurring gift go on', [
    'src/disputes/record-dispute.ts',
    'if (!wasLost && donation.subscription_id && mayStop) {',
    'if (wasLost && donation.subscription_id && mayStop) {',
  ]),
  bug('the fee of a dispute is a cent too high', [
    'src/disputes/record-dispute.ts',
    'fee_minor: sum(({ fee }) => fee.minor),',
    'fee_minor: sum(({ fee }) => fee.minor) + BigInt(balanceTransactions.length),',
  ]),
  bug('lines of a payout are not told from others', [
    'src/payouts/read-payout-lines.ts',
    '    .set({ payout_id: payoutId })',
    '    .set({ payout_id: null })',
  ]),
  bug('a payout that failed is not booked back', [
    'src/payouts/record-payout.ts',
    'for (const transaction of [reading.balanceTransaction, reading.failureBalanceTransaction]) {',
    'for (const transaction of [reading.balanceTransaction]) {',
  ]),
  // The books
  bug(
    'a balance transaction is booked as often as it is read',
    [
      'src/ledger/post-journal.ts',
      'const isNew = await insertBalanceTransaction(trx, transaction);',
      'const isNew = (await insertBalanceTransaction(trx, transaction)) || true;',
    ],
    [
      'sql/migrations/0003_ledger.sql',
      'stripe_balance_transaction_id text unique references balance_transactions (id),',
      'stripe_balance_transaction_id text references balance_transactions (id),',
    ],
  ),
  bug('a kind of movement that is not known is left out of the books', [
    'src/ledger/post-journal.ts',
    'if (isNew && draft.entries.length > 0) {',
    'if (isNew && draft.entries.length > 0 && draft.kind !== unknownKind) {',
  ]),
  bug('the fee of a dispute is booked among the other fees', [
    'src/ledger/journal-of.ts',
    "account: rule.feeTo ?? 'stripe_fees'",
    "account: rule.feeTo ? 'stripe_fees' : 'stripe_fees'",
  ]),
  bug('positions come from a sequence', [
    'src/db/counters.ts',
    'return drawn.rows[0]!.value;',
    "return drawn.rows[0] && (await sql<{ value: bigint }>`select nextval('read_numbers') as value`.execute(trx)).rows[0]!.value;",
  ]),
  bug(
    'gifts are booked net, without what Stripe kept',
    [
      'src/ledger/journal-of.ts',
      "{ account: isForeign ? 'other_income' : rule.against, amountMinor: -transaction.amount.minor },",
      "{ account: isForeign ? 'other_income' : rule.against, amountMinor: -transaction.net.minor },",
    ],
    ['src/ledger/journal-of.ts', 'amountMinor: transaction.fee.minor },', 'amountMinor: 0n * transaction.fee.minor },'],
  ),
  bug('cents go through floating point', [
    'src/stripe/to-money.ts',
    'return money(BigInt(minor!), currency);',
    'return money(BigInt(Math.floor((minor! / 100) * 100)), currency);',
  ]),
  bug('yen have cents in the export', [
    'sql/migrations/0001_foundation.sql',
    'when 0 then amount_minor::text',
    'when 0 then (amount_minor * 0.01)::text',
  ]),
];
