-- Is what a gift says to be disputed the sum of its disputes, and its status that of the latest one?
-- A row is a gift whose disputed sums or whose status is wrong.
-- What to do: read its disputes again.
with summed as (
  select
    disputes.donation_id,
    sum(disputes.withdrawn_minor)::bigint as withdrawn_minor,
    sum(disputes.fee_minor)::bigint as fee_minor,
    (array_agg(disputes.status order by disputes.created_at desc, disputes.id desc))[1] as status
  from disputes
  group by disputes.donation_id
)
select
  donations.id,
  donations.settlement_currency,
  donations.disputed_minor,
  coalesce(summed.withdrawn_minor, 0) as withdrawn_minor,
  donations.dispute_fee_minor,
  coalesce(summed.fee_minor, 0) as fee_minor,
  donations.dispute_status,
  summed.status
from donations
left join summed on summed.donation_id = donations.id
where (donations.disputed_minor, donations.dispute_fee_minor, donations.dispute_status)
    is distinct from (coalesce(summed.withdrawn_minor, 0), coalesce(summed.fee_minor, 0), summed.status)
order by donations.paid_at, donations.id;
