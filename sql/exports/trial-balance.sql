-- What does every account hold? One row an account and currency: what it held before the period, what was debited and credited in it, and
-- what it holds at its end. Decimals in `currency`; debits are positive, and the balances of a currency sum to zero.
-- Values, each '' where none is given:
-- from, before: days, [from, before) of booked_on · as_of: only journals up to this position, to make a file again ·
-- cursor: what was booked up to this position counts as held before · currency: only entries in it
-- as_of, the column: the last position that is in the report.
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
  account,
  currency,
  format_minor(coalesce(sum(amount_minor) filter (where is_before), 0)::bigint, currency) as opening,
  format_minor(coalesce(sum(amount_minor) filter (where not is_before and amount_minor > 0), 0)::bigint, currency) as debit,
  format_minor(coalesce(-sum(amount_minor) filter (where not is_before and amount_minor < 0), 0)::bigint, currency) as credit,
  format_minor(sum(amount_minor)::bigint, currency) as balance,
  max(max(position)) over () as as_of
from counted
group by account, currency
order by
  currency,
  array_position(
    array['stripe_balance', 'bank', 'donations', 'other_income', 'refunds', 'disputes', 'stripe_fees', 'dispute_fees',
      'opening_balance', 'other'],
    account
  )
