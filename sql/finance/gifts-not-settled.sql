-- Which gifts are paid, but not in the ledger yet, because Stripe has not told what it kept of them?
-- Usually there is none a minute after it was paid.
select
  donations.id,
  donations.paid_at,
  donations.currency,
  format_minor(donations.amount_minor, donations.currency) as amount,
  donations.stripe_payment_intent_id,
  donations.stripe_charge_id
from donations
where donations.status = 'succeeded' and donations.stripe_balance_transaction_id is null
order by donations.paid_at, donations.id;
