-- The sums of the report fees, in minor units, per account, kind and currency. Values and conditions are the report's.
-- last_position: the last journal that is in the report.
select
  entries.account,
  journals.kind,
  entries.currency,
  count(*) as count,
  sum(entries.amount_minor)::bigint as fee,
  max(journals.position) as last_position
from ledger_journals journals
join ledger_entries entries on entries.journal_id = journals.id and entries.account in ('stripe_fees', 'dispute_fees')
where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
  and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
  and (:'as_of' = '' or journals.position <= nullif(:'as_of', '')::bigint)
  and (:'cursor' = '' or journals.position > nullif(:'cursor', '')::bigint)
  and (:'currency' = '' or entries.currency = :'currency')
group by entries.account, journals.kind, entries.currency
order by entries.currency, entries.account, journals.kind
