-- What stands in the books? One row an entry, in the order of the books; debit and credit are decimals in `currency`.
-- Values, each '' where none is given:
-- from, before: days, [from, before) of booked_on · as_of: only journals up to this position, to make a file again ·
-- cursor: only journals after this position · currency: only entries in it
select
  journals.position,
  journals.id as journal_id,
  journals.booked_on,
  export_instant_utc(journals.occurred_at) as occurred_at_utc,
  journals.kind,
  journals.stripe_balance_transaction_id,
  journals.stripe_source_id,
  journals.donation_id,
  journals.refund_id,
  journals.dispute_id,
  journals.payout_id,
  entries.account,
  entries.currency,
  case when entries.amount_minor > 0 then format_minor(entries.amount_minor, entries.currency) end as debit,
  case when entries.amount_minor < 0 then format_minor(-entries.amount_minor, entries.currency) end as credit,
  export_text(journals.memo) as memo
from ledger_journals journals
join ledger_entries entries on entries.journal_id = journals.id
where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
  and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
  and (:'as_of' = '' or journals.position <= nullif(:'as_of', '')::bigint)
  and (:'cursor' = '' or journals.position > nullif(:'cursor', '')::bigint)
  and (:'currency' = '' or entries.currency = :'currency')
order by journals.position, entries.line
