-- The sums of the report payouts, in minor units, per currency and status. Values and conditions are the report's; count: rows.
-- payout_amount sums payouts, each once; gross, fee and net sum their lines.
with listed as (
  select
    payouts.id,
    payouts.amount_minor,
    payouts.currency,
    case when payouts.failure_balance_transaction_id is not null and returns.id is null then 'paid' else payouts.status end as status,
    lines.amount_minor as gross_minor,
    lines.fee_minor,
    lines.net_minor,
    journals.position,
    row_number() over (partition by payouts.id) as line
  from ledger_journals journals
  join payouts on payouts.id = journals.payout_id and payouts.stripe_balance_transaction_id = journals.stripe_balance_transaction_id
  left join balance_transactions lines on lines.payout_id = payouts.id
  left join ledger_journals line_journals on line_journals.stripe_balance_transaction_id = lines.id
  left join ledger_journals returns
    on returns.stripe_balance_transaction_id = payouts.failure_balance_transaction_id
    and (:'as_of' = '' or returns.position <= nullif(:'as_of', '')::bigint)
  where (:'from' = '' or journals.booked_on >= nullif(:'from', '')::date)
    and (:'before' = '' or journals.booked_on < nullif(:'before', '')::date)
    and (:'as_of' = '' or journals.position <= nullif(:'as_of', '')::bigint)
    and (:'cursor' = '' or journals.position > nullif(:'cursor', '')::bigint)
    and (:'currency' = '' or payouts.currency = :'currency')
)
select
  currency,
  status,
  count(*) as count,
  count(distinct id) as payouts,
  (sum(amount_minor) filter (where line = 1))::bigint as payout_amount,
  coalesce(sum(gross_minor), 0)::bigint as gross,
  coalesce(sum(fee_minor), 0)::bigint as fee,
  coalesce(sum(net_minor), 0)::bigint as net,
  max(position) as last_position
from listed
group by currency, status
order by currency, status
