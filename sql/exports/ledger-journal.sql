-- What stands in the books? As a plain-text journal that hledger and ledger read: a line a journal, indented under it a line
-- an entry, then an empty line. Debits are positive. Values and conditions are those of the report ledger.
with chosen as (
  select
    journals.position,
    journals.booked_on,
    journals.id,
    journals.stripe_balance_transaction_id,
    journals.memo,
    entries.line,
    entries.account,
    entries.currency,
    entries.amount_minor
  from ledger_journals journals
  join ledger_entries entries on entries.journal_id = journals.id
  where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
    and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
    and (:'as_of' = '' or journals.position <= nullif(:'as_of', '')::bigint)
    and (:'cursor' = '' or journals.position > nullif(:'cursor', '')::bigint)
    and (:'currency' = '' or entries.currency = :'currency')
)
select lines.text
from (
  select distinct
    position,
    0 as line,
    concat(
      booked_on, ' ', regexp_replace(memo, '[[:cntrl:];|]+', ' ', 'g'),
      '  ; position:', position, ', journal_id:', id, ', stripe_balance_transaction_id:' || stripe_balance_transaction_id
    ) as text
  from chosen
  union all
  select
    position,
    line,
    concat(
      '    ',
      case
        when account in ('stripe_balance', 'bank') then 'assets:'
        when account in ('donations', 'other_income', 'refunds', 'disputes') then 'income:'
        when account in ('stripe_fees', 'dispute_fees') then 'expenses:'
        when account = 'opening_balance' then 'equity:'
      end,
      account, '  ', upper(currency), ' ', format_minor(amount_minor, currency)
    )
  from chosen
  union all
  select distinct position, 32768, null
  from chosen
) as lines
order by lines.position, lines.line
