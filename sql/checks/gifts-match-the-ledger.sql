-- Does the ledger say of each gift that was settled since the books began what the gift says of itself?
-- That is gross, fee and net, in its three accounts.
-- A row is a gift that is booked otherwise, or to another gift, or not at all.
-- What to do: compare the journal with the charge at Stripe; book the difference by a further journal.
with booked as (
  select
    journals.stripe_balance_transaction_id,
    journals.donation_id,
    coalesce(-sum(entries.amount_minor) filter (where entries.account = 'donations'), 0) as gross_minor,
    coalesce(sum(entries.amount_minor) filter (where entries.account = 'stripe_fees'), 0) as fee_minor,
    coalesce(sum(entries.amount_minor) filter (where entries.account = 'stripe_balance'), 0) as net_minor
  from ledger_journals journals
  join ledger_entries entries on entries.journal_id = journals.id
  group by journals.id
)
select
  donations.id,
  donations.gross_minor,
  booked.gross_minor as booked_gross_minor,
  donations.fee_minor,
  booked.fee_minor as booked_fee_minor,
  donations.net_minor,
  booked.net_minor as booked_net_minor
from donations
left join balance_transactions charged on charged.id = donations.stripe_balance_transaction_id
left join booked on booked.stripe_balance_transaction_id = donations.stripe_balance_transaction_id
where donations.gross_minor is not null
  and (donations.id, donations.gross_minor, donations.fee_minor, donations.net_minor)
    is distinct from (booked.donation_id, booked.gross_minor, booked.fee_minor, booked.net_minor)
  and not is_before_the_books(charged.currency, charged.created_at)
order by donations.paid_at, donations.id;
