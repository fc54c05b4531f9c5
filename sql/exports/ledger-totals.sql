-- The sums of the report ledger, in minor units, per account and currency. Values and conditions are the report's.
-- balance = debit - credit; the balances of a currency sum to zero. last_position: the last journal that is in the report.
select
  entries.account,
  entries.currency,
  count(*) as count,
  coalesce(sum(entries.amount_minor) filter (where entries.amount_minor > 0), 0)::bigint as debit,
  coalesce(-sum(entries.amount_minor) filter (where entries.amount_minor < 0), 0)::bigint as credit,
  sum(entries.amount_minor)::bigint as balance,
  max(journals.position) as last_position
from ledger_journals journals
join ledger_entries entries on entries.journal_id = journals.id
where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
  and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
  and (:'as_of' = '' or journals.position <= nullif(:'as_of', '')::bigint)
  and (:'cursor' = '' or journals.position > nullif(:'cursor', '')::bigint)
  and (:'currency' = '' or entries.currency = :'currency')
group by entries.account, entries.currency
order by entries.currency, entries.account
