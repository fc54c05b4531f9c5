-- Is every payout in the books with its amount, and back out of them where it failed?
-- A row is a payout whose own balance transaction, or the one by which it came back, is missing here or of another amount.
-- What to do: read the payout again; a difference that stays is a matter to take up with Stripe.
with expected as (
  select id, currency, 'paid out' as what, stripe_balance_transaction_id as transaction_id, -amount_minor as amount_minor
  from payouts
  where stripe_balance_transaction_id is not null
  union all
  select id, currency, 'came back', failure_balance_transaction_id, amount_minor
  from payouts
  where failure_balance_transaction_id is not null
)
select
  expected.id,
  expected.what,
  expected.transaction_id,
  expected.currency,
  expected.amount_minor,
  transactions.currency as stripe_currency,
  transactions.amount_minor as stripe_amount_minor
from expected
left join balance_transactions transactions on transactions.id = expected.transaction_id
where (expected.currency, expected.amount_minor) is distinct from (transactions.currency, transactions.amount_minor)
order by expected.id, expected.what;
