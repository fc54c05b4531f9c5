-- Is every succeeded refund that Stripe has settled in the books with what it took?
-- A row is a refund whose balance transaction is missing here, or is of another amount.
-- What to do: read the refund again.
select
  refunds.id,
  refunds.donation_id,
  refunds.settled_minor,
  transactions.amount_minor as booked_minor
from refunds
left join balance_transactions transactions on transactions.id = refunds.stripe_balance_transaction_id
where refunds.status = 'succeeded'
  and refunds.stripe_balance_transaction_id is not null
  and refunds.settled_minor is distinct from -transactions.amount_minor
order by refunds.created_at, refunds.id;
