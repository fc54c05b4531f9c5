-- Do the lines of each payout whose lines were read sum to it?
-- A row is a payout that its lines do not explain: by `difference_minor` it is more than they are.
-- What to do: have its lines read again; compare them with Stripe's payout report, line by line.
select
  payouts.id,
  payouts.arrival_on,
  payouts.status,
  payouts.currency,
  payouts.amount_minor,
  coalesce(sum(lines.net_minor), 0)::bigint as lines_minor,
  (payouts.amount_minor - coalesce(sum(lines.net_minor), 0))::bigint as difference_minor,
  count(lines.id) as lines
from payouts
left join balance_transactions lines on lines.payout_id = payouts.id
where payouts.lines_read_at is not null
  and payouts.lines_due_at is null
group by payouts.id
having payouts.amount_minor <> coalesce(sum(lines.net_minor), 0)
  or count(lines.id) filter (where lines.currency <> payouts.currency) > 0
order by payouts.arrival_on, payouts.id;
