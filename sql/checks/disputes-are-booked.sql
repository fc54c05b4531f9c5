-- Does the ledger say of each dispute what the dispute says of itself: what it withholds, and what it costs?
-- A row is a dispute that is booked otherwise. One that began before the books is left out: a part of it is in the opening balance.
-- What to do: read the dispute again; what differs after that has to be compared with Stripe's dashboard and booked by hand.
with booked as (
  select
    journals.dispute_id,
    sum(entries.amount_minor) filter (where entries.account in ('disputes', 'other_income')) as withdrawn_minor,
    sum(entries.amount_minor) filter (where entries.account = 'dispute_fees') as fee_minor
  from ledger_journals journals
  join ledger_entries entries on entries.journal_id = journals.id
  where journals.dispute_id is not null
  group by journals.dispute_id
)
select
  disputes.id,
  disputes.donation_id,
  disputes.settlement_currency,
  disputes.withdrawn_minor,
  coalesce(booked.withdrawn_minor, 0)::bigint as booked_minor,
  disputes.fee_minor,
  coalesce(booked.fee_minor, 0)::bigint as booked_fee_minor
from disputes
left join booked on booked.dispute_id = disputes.id
where (disputes.withdrawn_minor, disputes.fee_minor)
    is distinct from (coalesce(booked.withdrawn_minor, 0), coalesce(booked.fee_minor, 0))
  and not exists (
    select from balance_transactions transactions
    where transactions.source_id = disputes.id and is_before_the_books(transactions.currency, transactions.created_at)
  )
order by disputes.created_at, disputes.id;
