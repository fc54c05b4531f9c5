-- The sums of the report signups, per status and frequency. Values and conditions are the report's.
select
  signups.status,
  signups.frequency,
  count(*) as count
from signups
where (:'from' = '' or signups.requested_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or signups.requested_at < nullif(:'before', '')::timestamptz)
  and (:'status' = '' or signups.status = :'status')
  and (:'article' = '' or article_key(signups.article_url) = article_key(:'article'))
group by signups.status, signups.frequency
order by signups.status, signups.frequency
