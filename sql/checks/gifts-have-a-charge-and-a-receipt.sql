-- Has every gift that succeeded here a charge and a receipt? Gifts that did not begin at our checkout have no receipt.
-- (That it has only one of each, constraints hold.)
-- A row is a gift for which the donor has nothing in hand.
-- What to do: read the payment intent again; without a receipt after that, the letter has to be reserved by hand.
select
  donations.id,
  donations.paid_at,
  donations.stripe_payment_intent_id,
  donations.stripe_charge_id is null as has_no_charge,
  receipts.id is null as has_no_receipt
from donations
left join receipts on receipts.donation_id = donations.id and receipts.kind = 'gift'
where donations.status = 'succeeded'
  and (donations.stripe_charge_id is null or receipts.id is null)
  and exists (
    select from checkouts
    where checkouts.donation_id = donations.id or checkouts.subscription_id = donations.subscription_id
  )
order by donations.paid_at, donations.id;
