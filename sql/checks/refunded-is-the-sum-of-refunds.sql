-- Is what a gift says to be refunded the sum of its succeeded refunds, in both currencies, and no more than was given?
-- A row is a gift whose refunded sum is wrong.
-- What to do: read its refunds again; more than was given is a matter to take up with Stripe.
select
  donations.id,
  donations.amount_minor,
  donations.refunded_minor,
  coalesce(sum(refunds.amount_minor), 0)::bigint as sum_minor,
  donations.refunded_settled_minor,
  coalesce(sum(refunds.settled_minor), 0)::bigint as sum_settled_minor
from donations
left join refunds on refunds.donation_id = donations.id and refunds.status = 'succeeded'
group by donations.id
having donations.refunded_minor <> coalesce(sum(refunds.amount_minor), 0)
  or donations.refunded_settled_minor <> coalesce(sum(refunds.settled_minor), 0)
  or coalesce(sum(refunds.amount_minor), 0) > donations.amount_minor
order by donations.id;
