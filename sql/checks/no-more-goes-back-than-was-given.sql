-- Is what went back of a gift, by refunds and by disputes that were lost, no more than was given?
-- A row is a gift of which the donor has got back more than they gave: it was refunded, and taken back by the bank as well.
-- What to do: tell the bank by Stripe's dashboard that it was refunded (an appeal needs the refund's reference), or write it off.
select
  donations.id,
  donations.currency,
  donations.amount_minor,
  donations.refunded_minor,
  sum(disputes.amount_minor)::bigint as lost_minor
from donations
join disputes
  on disputes.donation_id = donations.id
  and disputes.currency = donations.currency
  and disputes.status in ('lost', 'appeal_needs_response', 'appeal_under_review')
group by donations.id
having donations.refunded_minor + sum(disputes.amount_minor) > donations.amount_minor
order by donations.paid_at, donations.id;
