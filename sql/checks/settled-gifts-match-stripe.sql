-- Are gross, fee, net and currency of a gift those of its charge's balance transaction?
-- A row is a gift that shows other figures than Stripe's, or whose balance transaction is not here.
-- What to do: read the payment intent again.
select
  donations.id,
  donations.stripe_balance_transaction_id,
  donations.gross_minor,
  donations.fee_minor,
  donations.net_minor,
  transactions.amount_minor,
  transactions.fee_minor as stripe_fee_minor,
  transactions.net_minor as stripe_net_minor
from donations
left join balance_transactions transactions on transactions.id = donations.stripe_balance_transaction_id
where donations.stripe_balance_transaction_id is not null
  and (donations.settlement_currency, donations.gross_minor, donations.fee_minor, donations.net_minor)
    is distinct from (transactions.currency, transactions.amount_minor, transactions.fee_minor, transactions.net_minor)
order by donations.paid_at, donations.id;
