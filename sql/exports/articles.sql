-- What did each article bring? One row an article, currency and settlement currency, with the gifts that were paid in the period and were
-- given while it was read; first those that brought most. `given` and `refunded` are decimals in `currency`, the rest in
-- `settlement_currency`. The votes are those of the period, on each of its rows; an article without gifts has one row of them.
-- The session's time zone is the report's. Values, each '' where none is given:
-- from, before: days, [from, before) · currency: only gifts in it · article (address or id), campaign: only gifts and votes that have it
with brought as (
  select
    article_key(donations.article_url) as article_key,
    (array_agg(split_part(donations.article_url, '?', 1) order by donations.paid_at desc))[1] as article_url,
    (array_agg(donations.article_id order by donations.paid_at desc))[1] as article_id,
    (array_agg(donations.article_title order by donations.paid_at desc))[1] as article_title,
    (array_agg(donations.section order by donations.paid_at desc))[1] as section,
    donations.currency,
    donations.settlement_currency,
    count(*) as gifts,
    count(*) filter (where donations.kind = 'recurring') as recurring_gifts,
    count(distinct donations.donor_id) as donors,
    sum(donations.amount_minor)::bigint as given_minor,
    sum(donations.refunded_minor)::bigint as refunded_minor,
    sum(donations.gross_minor)::bigint as gross_minor,
    sum(donations.fee_minor)::bigint as fee_minor,
    sum(donations.net_minor - donations.refunded_settled_minor - donations.disputed_minor - donations.dispute_fee_minor)::bigint
      as net_after_minor
  from donations
  where donations.status = 'succeeded'
    and donations.article_url is not null
    and (:'from' = '' or donations.paid_at >= nullif(:'from', '')::timestamptz)
    and (:'before' = '' or donations.paid_at < nullif(:'before', '')::timestamptz)
    and (:'currency' = '' or donations.currency = :'currency')
    and (:'article' = '' or article_key(donations.article_url) = article_key(:'article') or donations.article_id = :'article')
    and (:'campaign' = '' or donations.campaign = :'campaign')
  group by article_key(donations.article_url), donations.currency, donations.settlement_currency
),
voted as (
  select
    article_key(votes.article_url) as article_key,
    max(votes.article_url) as article_url,
    max(votes.article_id) as article_id,
    count(*) filter (where votes.helpful) as helpful,
    count(*) filter (where not votes.helpful) as not_helpful
  from votes
  where (:'from' = '' or votes.day >= nullif(:'from', '')::date)
    and (:'before' = '' or votes.day < nullif(:'before', '')::date)
    and (:'article' = '' or article_key(votes.article_url) = article_key(:'article') or votes.article_id = :'article')
    and :'campaign' = ''
  group by article_key(votes.article_url)
)
select
  export_text(coalesce(brought.article_url, voted.article_url)) as article_url,
  export_text(coalesce(brought.article_id, voted.article_id)) as article_id,
  export_text(brought.article_title) as article_title,
  export_text(brought.section) as section,
  brought.currency,
  coalesce(brought.gifts, 0) as gifts,
  coalesce(brought.recurring_gifts, 0) as recurring_gifts,
  coalesce(brought.donors, 0) as donors,
  format_minor(brought.given_minor, brought.currency) as given,
  format_minor(brought.refunded_minor, brought.currency) as refunded,
  brought.settlement_currency,
  format_minor(brought.gross_minor, brought.settlement_currency) as gross,
  format_minor(brought.fee_minor, brought.settlement_currency) as fee,
  format_minor(brought.net_after_minor, brought.settlement_currency) as net_after,
  coalesce(voted.helpful, 0) as helpful_votes,
  coalesce(voted.not_helpful, 0) as not_helpful_votes
from brought
full join voted on voted.article_key = brought.article_key
order by brought.gross_minor desc nulls last, coalesce(brought.article_url, voted.article_url), brought.currency
