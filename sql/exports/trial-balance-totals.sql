-- The sums of the report trial-balance, in minor units, per currency: debit and credit are the same, the balance is zero.
-- Values and conditions are the report's; count: accounts. last_position: the last journal that is in the report.
with counted as (
  select
    entries.account,
    entries.currency,
    entries.amount_minor,
    journals.position,
    (:'from' <> '' and journals.booked_on < nullif(:'from', '')::date)
      or (:'cursor' <> '' and journals.position <= nullif(:'cursor', '')::bigint) as is_before
  from ledger_journals journals
  join ledger_entries entries on entries.journal_id = journals.id
  where (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
    and (:'as_of' = '' or journals.position <= nullif(:'as_of', '')::bigint)
    and (:'currency' = '' or entries.currency = :'currency')
)
select
  currency,
  count(distinct account) as count,
  coalesce(sum(amount_minor) filter (where not is_before and amount_minor > 0), 0)::bigint as debit,
  coalesce(-sum(amount_minor) filter (where not is_before and amount_minor < 0), 0)::bigint as credit,
  sum(amount_minor)::bigint as balance,
  max(position) as last_position
from counted
group by currency
order by currency
