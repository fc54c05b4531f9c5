-- The sums of the report articles, in minor units, per currency and settlement currency. Values and conditions are the report's; count:
-- articles that brought a gift.
select
  donations.currency,
  donations.settlement_currency,
  count(distinct article_key(donations.article_url)) as count,
  count(*) as gifts,
  sum(donations.amount_minor)::bigint as given,
  sum(donations.refunded_minor)::bigint as refunded,
  coalesce(sum(donations.gross_minor), 0)::bigint as gross,
  coalesce(sum(donations.fee_minor), 0)::bigint as fee
from donations
where donations.status = 'succeeded'
  and donations.article_url is not null
  and (:'from' = '' or donations.paid_at >= nullif(:'from', '')::timestamptz)
  and (:'before' = '' or donations.paid_at < nullif(:'before', '')::timestamptz)
  and (:'currency' = '' or donations.currency = :'currency')
  and (:'article' = '' or article_key(donations.article_url) = article_key(:'article') or donations.article_id = :'article')
  and (:'campaign' = '' or donations.campaign = :'campaign')
group by donations.currency, donations.settlement_currency
order by donations.currency, donations.settlement_currency
