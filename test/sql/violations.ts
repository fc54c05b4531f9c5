/** What is wrong in the books, planted behind Postgres's back; each must be found by its check. */
export const violations: [check: string, what: string, plant: string][] = [
  [
    'journals-balance',
    'an entry of one cent more',
    'update ledger_entries set amount_minor = amount_minor + 1 where line = 1 and journal_id = (select id from ledger_journals where position = 1)',
  ],
  [
    'journals-balance',
    'a journal without entries',
    'delete from ledger_entries where journal_id = (select id from ledger_journals where position = 2)',
  ],
  ['balance-transactions-are-booked', 'a journal taken away', 'delete from ledger_journals where position = 3'],
  [
    'balance-transactions-are-booked',
    'another net',
    'update balance_transactions set amount_minor = amount_minor + 5, net_minor = net_minor + 5 where id = (select max(id) from balance_transactions)',
  ],
  [
    'journals-come-from-stripe',
    'a journal of nobody’s',
    'update ledger_journals set stripe_balance_transaction_id = null where position = 4',
  ],
  ['journal-positions-have-no-gaps', 'a journal taken away', 'delete from ledger_journals where position = 5'],
  ['journal-positions-have-no-gaps', 'a counter set back', "update counters set value = value - 1 where name = 'journal'"],
  ['receipt-numbers-have-no-gaps', 'a receipt taken away', 'delete from receipts where year = 2026 and sequence = 2'],
  [
    'receipt-numbers-have-no-gaps',
    'the last receipt taken away',
    'delete from receipts where (year, sequence) = (select year, max(sequence) from receipts group by year)',
  ],
  ['receipt-numbers-have-no-gaps', 'a year without its receipts', 'delete from receipts'],
  [
    'gifts-have-a-charge-and-a-receipt',
    'a gift without a receipt',
    'delete from receipts where sequence = (select max(sequence) from receipts)',
  ],
  [
    'gifts-have-a-charge-and-a-receipt',
    'a recurring gift without one',
    "delete from receipts where donation_id = (select id from donations where kind = 'recurring')",
  ],
  [
    'refunded-is-the-sum-of-refunds',
    'a refund that was not counted',
    'update donations set refunded_minor = 0 where refunded_minor = 300',
  ],
  [
    'refunded-is-the-sum-of-refunds',
    'a refund that took something else',
    'update donations set refunded_settled_minor = refunded_settled_minor - 1 where refunded_settled_minor = 915',
  ],
  [
    'refunded-is-the-sum-of-refunds',
    'more refunded than given',
    "insert into refunds (id, donation_id, status, amount_minor, currency, created_at) select 'rfd_more', donation_id, 'succeeded', 1, currency, created_at from refunds where amount_minor = 1000 limit 1",
  ],
  [
    'refunds-are-booked',
    'a refund of another amount',
    'update refunds set settled_minor = settled_minor + 1 where settled_minor = 300',
  ],
  [
    'settled-gifts-match-stripe',
    'a gift with another fee',
    'update donations set fee_minor = fee_minor + 1, net_minor = net_minor - 1 where gross_minor = 2500',
  ],
  [
    'settled-gifts-match-stripe',
    'a gift in another currency',
    "update donations set settlement_currency = 'usd' where gross_minor = 2500",
  ],
  [
    'settled-gifts-match-stripe',
    'a balance transaction that is not here',
    'delete from balance_transactions where amount_minor = 2500',
  ],
  [
    'gifts-match-the-ledger',
    'income booked to another account',
    "update ledger_entries set account = 'other_income' where account = 'donations' and amount_minor = -2500",
  ],
  [
    'gifts-match-the-ledger',
    'a journal of another gift',
    'update ledger_journals set donation_id = (select min(donation_id) from ledger_journals) where position = 2',
  ],
  [
    'gifts-match-disputes',
    'a dispute that was not counted',
    "update donations set disputed_minor = 0 where dispute_status = 'lost'",
  ],
  [
    'gifts-match-disputes',
    'a gift that says it was won',
    "update donations set dispute_status = 'won' where dispute_status = 'lost'",
  ],
  ['disputes-are-booked', 'a fee of one cent more', "update disputes set fee_minor = fee_minor + 1 where status = 'won'"],
  [
    'disputes-are-booked',
    'one that came back and was not booked back',
    "delete from ledger_journals where kind = 'dispute-reversal'",
  ],
  [
    'no-more-goes-back-than-was-given',
    'a refund of a gift that was lost',
    "update donations set refunded_minor = 1 where dispute_status = 'lost'",
  ],
  ['payouts-are-booked', 'a cent less', 'update payouts set amount_minor = amount_minor - 1 where amount_minor = 2000'],
  [
    'payouts-are-booked',
    'one that never came back',
    "update payouts set failure_balance_transaction_id = 'txn_back' where amount_minor = 2000",
  ],
  [
    'payout-lines-sum-to-the-payout',
    'a line of one cent more',
    'update balance_transactions set amount_minor = amount_minor + 1, net_minor = net_minor + 1 where payout_id is not null',
  ],
  ['payout-lines-sum-to-the-payout', 'a line that is lost', 'update balance_transactions set payout_id = null'],
  [
    'inbox-keeps-its-time',
    'an event that waits',
    "insert into inbox_events (id, type, subject, livemode, created_at, due_at, received_at) values ('evt_1', 'charge.updated', 'ch_1', false, now(), now(), now() - interval '31 minutes')",
  ],
  [
    'no-event-is-given-up',
    'an event that was given up',
    "insert into inbox_events (id, type, subject, state, livemode, created_at, due_at) values ('evt_2', 'charge.updated', 'ch_1', 'dead', false, now(), now())",
  ],
  [
    'staff-acts-are-audited',
    'a refund of nobody’s',
    "update refunds set requested_by = 'key_1' where id = (select min(id) from refunds)",
  ],
  [
    'staff-acts-are-audited',
    'a donor who was erased by nobody',
    'update donors set erased_at = now() where id = (select min(id) from donors)',
  ],
];
