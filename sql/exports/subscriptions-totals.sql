-- The sums of the report subscriptions, in minor units, per status, interval and currency: what is charged each time. Values and
-- conditions are the report's.
select
  subscriptions.status,
  subscriptions."interval",
  subscriptions.currency,
  count(*) as count,
  sum(subscriptions.amount_minor)::bigint as amount
from subscriptions
where (:'from' = '' or subscriptions.created_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or subscriptions.created_at < nullif(:'before', '')::timestamptz)
  and (:'status' = '' or subscriptions.status = :'status')
  and (:'currency' = '' or subscriptions.currency = :'currency')
  and (:'article' = '' or article_key(subscriptions.article_url) = article_key(:'article') or subscriptions.article_id = :'article')
  and (:'campaign' = '' or subscriptions.campaign = :'campaign')
group by subscriptions.status, subscriptions."interval", subscriptions.currency
order by subscriptions.status, subscriptions."interval", subscriptions.currency
