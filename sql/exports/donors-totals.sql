-- The sums of the report donors, in minor units, per currency. Values and conditions are the report's; count: donors.
select
  donations.currency,
  count(distinct donations.donor_id) as count,
  count(*) as gifts,
  sum(donations.amount_minor)::bigint as given,
  sum(donations.refunded_minor)::bigint as refunded
from donations
where donations.status = 'succeeded'
  and donations.donor_id is not null
  and (:'from' = '' or donations.paid_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or donations.paid_at < nullif(:'before', '')::timestamptz)
  and (:'currency' = '' or donations.currency = :'currency')
  and (:'article' = '' or article_key(donations.article_url) = article_key(:'article') or donations.article_id = :'article')
  and (:'campaign' = '' or donations.campaign = :'campaign')
group by donations.currency
order by donations.currency
