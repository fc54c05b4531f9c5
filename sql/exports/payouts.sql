-- What is each payout made of? One row a line, in the order in which payouts were booked; the nets of its lines sum to the payout. One that
-- was made by hand, or whose lines are not known yet, has one row without a line. Decimals in `currency`.
-- Values, each '' where none is given:
-- from, before: days, [from, before) on which the payout was booked · as_of: only payouts booked up to this position, and as failed only
-- those that had come back by then · cursor: only payouts booked after this position · currency: only payouts in it
select
  payouts.id as payout_id,
  payouts.arrival_on,
  case when payouts.failure_balance_transaction_id is not null and returns.id is null then 'paid' else payouts.status end as status,
  format_minor(payouts.amount_minor, payouts.currency) as payout_amount,
  payouts.currency,
  lines.id as stripe_balance_transaction_id,
  case when lines.id is not null then coalesce(line_journals.kind, 'before-the-books') end as kind,
  line_journals.donation_id,
  format_minor(lines.amount_minor, lines.currency) as gross,
  format_minor(lines.fee_minor, lines.currency) as fee,
  format_minor(lines.net_minor, lines.currency) as net
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
order by journals.position, lines.created_at, lines.id
